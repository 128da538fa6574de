package io.holdfast.server.policy;

/** Compression at the source (OPT-01). */
public enum Compression {
  /** Chunks are stored as they are. */
  NONE,
  /** LZ4. */
  FAST,
  /** zstd of a chosen level. */
  ADJUSTABLE;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.Compression toProtocol() {
    return switch (this) {
      case NONE -> io.holdfast.agent.protocol.Compression.COMPRESSION_NONE;
      case FAST -> io.holdfast.agent.protocol.Compression.COMPRESSION_FAST;
      case ADJUSTABLE -> io.holdfast.agent.protocol.Compression.COMPRESSION_ADJUSTABLE;
    };
  }
}
