package io.holdfast.server.policy;

/** Compression at the source (OPT-01). */
public enum Compression {
  /** Chunks are stored as they are. */
  NONE,
  /** LZ4. */
  FAST;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.Compression toProtocol() {
    return this == NONE
        ? io.holdfast.agent.protocol.Compression.COMPRESSION_NONE
        : io.holdfast.agent.protocol.Compression.COMPRESSION_FAST;
  }
}
