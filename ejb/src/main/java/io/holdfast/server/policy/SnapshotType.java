package io.holdfast.server.policy;

/** Which snapshot the platform is asked for (CAS-05). */
public enum SnapshotType {
  /** The driver chooses what the VM supports. */
  ADAPTIVE,
  /** External; fails when the VM does not support it. */
  EXTERNAL,
  /** Internal; fails when the VM does not support it. */
  INTERNAL;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.SnapshotType toProtocol() {
    return switch (this) {
      case ADAPTIVE -> io.holdfast.agent.protocol.SnapshotType.SNAPSHOT_ADAPTIVE;
      case EXTERNAL -> io.holdfast.agent.protocol.SnapshotType.SNAPSHOT_EXTERNAL;
      case INTERNAL -> io.holdfast.agent.protocol.SnapshotType.SNAPSHOT_INTERNAL;
    };
  }
}
