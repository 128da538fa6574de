package io.holdfast.server.agent.transport;

import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentRegistry;
import io.holdfast.server.agent.BackupSessionsClient;
import io.holdfast.server.agent.PlatformQueriesClient;
import io.holdfast.server.agent.PoolsClient;
import io.holdfast.server.agent.RestoreSessionsClient;
import io.holdfast.server.agent.UpkeepClient;
import io.holdfast.server.agent.VmSnapshotsClient;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** {@link AgentGateway} by gRPC. */
@ApplicationScoped
public class GrpcAgentGateway implements AgentGateway {
  @Inject AgentRegistry registry;
  @Inject AgentChannels channels;

  @Override
  public PlatformQueriesClient platformQueries(AgentId agent) {
    return new GrpcPlatformQueries(calls(agent));
  }

  @Override
  public VmSnapshotsClient vmSnapshots(AgentId agent) {
    return new GrpcVmSnapshots(calls(agent));
  }

  @Override
  public BackupSessionsClient backupSessions(AgentId agent) {
    return new GrpcBackupSessions(calls(agent));
  }

  @Override
  public RestoreSessionsClient restoreSessions(AgentId agent) {
    return new GrpcRestoreSessions(calls(agent));
  }

  @Override
  public PoolsClient pools(AgentId agent) {
    return new GrpcPools(calls(agent));
  }

  @Override
  public UpkeepClient upkeep(AgentId agent) {
    return new GrpcUpkeep(calls(agent));
  }

  private AgentCalls calls(AgentId id) {
    Agent agent = registry.requireKnown(id);
    return new AgentCalls(agent.hostName() + " (" + agent.control() + ")", channels.of(agent));
  }
}
