package io.holdfast.server.pool;

import java.util.Arrays;
import java.util.Optional;

/** What can open an encrypted pool (OPT-17). The names are those of the messages' terms. */
public enum PoolKeyKind {
  PASSPHRASE,
  /** A file on the pool's agent; the server knows its path only. */
  KEY_FILE,
  /** Made by the pool, shown once. */
  RECOVERY_KEY;

  /** What an agent says; empty for a kind of a later release. */
  static Optional<PoolKeyKind> of(io.holdfast.agent.protocol.PoolKeyKind said) {
    return Arrays.stream(values()).filter(kind -> kind.toProtocol() == said).findFirst();
  }

  /** The same in the agent protocol. */
  io.holdfast.agent.protocol.PoolKeyKind toProtocol() {
    return switch (this) {
      case PASSPHRASE -> io.holdfast.agent.protocol.PoolKeyKind.POOL_KEY_PASSPHRASE;
      case KEY_FILE -> io.holdfast.agent.protocol.PoolKeyKind.POOL_KEY_FILE;
      case RECOVERY_KEY -> io.holdfast.agent.protocol.PoolKeyKind.POOL_KEY_RECOVERY;
    };
  }
}
