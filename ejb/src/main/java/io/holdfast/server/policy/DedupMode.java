package io.holdfast.server.policy;

/** Where duplicates are found when the target is a dedup pool (OPT-02). */
public enum DedupMode {
  /** By the backup host's agent: only chunks that the pool does not have travel. */
  AGENT,
  /** By the storage agent: all chunks travel, the backup host asks nothing. */
  SERVER;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.DedupMode toProtocol() {
    return switch (this) {
      case AGENT -> io.holdfast.agent.protocol.DedupMode.DEDUP_AT_AGENT;
      case SERVER -> io.holdfast.agent.protocol.DedupMode.DEDUP_AT_SERVER;
    };
  }
}
