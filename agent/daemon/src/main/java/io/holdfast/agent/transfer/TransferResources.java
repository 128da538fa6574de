package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.TransferLimits;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.SpeedLimits;
import io.holdfast.agent.throttle.Throttles;
import java.util.concurrent.Executor;

/**
 * What all sessions of a process share: memory and threads.
 *
 * @param buffers the arena of all spans in flight
 * @param lanes one thread per stream that is busy, mostly waiting; may refuse, which is answered
 *     AGENT_BUSY
 * @param encoders hash, compress and append for backups
 * @param decoders read packs and decode for restores; more of them than processors, for they wait
 *     for the medium
 * @param throttles limiters of sessions, shared by name
 */
public record TransferResources(
    SpanBuffers buffers,
    Executor lanes,
    TransferWorkers encoders,
    TransferWorkers decoders,
    Throttles throttles) {

  /**
   * A session's pace.
   *
   * @throws io.holdfast.error.BackupException INVALID_VALUE
   */
  public Pace pace(String sessionId, TransferLimits limits) {
    String name = limits.getSharedAs().isEmpty() ? sessionId : "shared " + limits.getSharedAs();
    return throttles.join(name, SpeedLimits.read(limits));
  }
}
