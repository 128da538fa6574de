package io.holdfast.server.policy;

import io.holdfast.agent.protocol.StorageLinkOptions;
import java.util.Objects;

/**
 * How a backup host uses a pool of another agent; of no effect when the pool is on the backup host.
 *
 * @param dedupMode where duplicates are found, in dedup pools (OPT-02)
 * @param resumeBufferMib what each VM keeps to send again after a loss, MiB (OPT-09)
 */
public record PoolLink(DedupMode dedupMode, int resumeBufferMib) {
  public PoolLink {
    Objects.requireNonNull(dedupMode, "dedupMode");
    OptionRange.RESUME_BUFFER_MIB.check(resumeBufferMib);
  }

  /** What a new policy starts with. */
  public static PoolLink preset() {
    return new PoolLink(DedupMode.AGENT, OptionRange.RESUME_BUFFER_MIB.preset());
  }

  /**
   * For the agent.
   *
   * @param reconnectMinutes how long a lost connection is waited for (OPT-08)
   */
  public StorageLinkOptions toProtocol(int reconnectMinutes) {
    return StorageLinkOptions.newBuilder()
        .setDedup(dedupMode.toProtocol())
        .setReconnectSeconds(reconnectMinutes * 60)
        .setResumeBufferMib(resumeBufferMib)
        .build();
  }
}
