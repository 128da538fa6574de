package io.holdfast.batch.transfer;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.run.TaskFacts;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;

/**
 * The agent at work on a partition's task, looked up once: nothing may touch the database within a
 * window. One instance a partition artifact; not thread-safe.
 */
@Dependent
public class TaskAgent {
  @Inject private TaskFacts facts;

  private AgentId agent;

  /** The agent of the stream's task; the same task with every call. */
  public AgentId of(StreamRef stream) {
    if (agent == null) {
      agent = facts.of(stream.taskId()).run().getAgentId();
    }
    return agent;
  }
}
