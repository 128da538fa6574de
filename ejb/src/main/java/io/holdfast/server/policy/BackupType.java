package io.holdfast.server.policy;

/** What a run backs up (CAS-01). */
public enum BackupType {
  /** All disks, complete. */
  FULL,
  /** What changed since the newest restore point of any type. */
  INCREMENTAL,
  /** What changed since the newest full restore point. */
  DIFFERENTIAL;

  /** The same in the agent protocol. */
  public io.holdfast.agent.protocol.BackupType toProtocol() {
    return switch (this) {
      case FULL -> io.holdfast.agent.protocol.BackupType.FULL;
      case INCREMENTAL -> io.holdfast.agent.protocol.BackupType.INCREMENTAL;
      case DIFFERENTIAL -> io.holdfast.agent.protocol.BackupType.DIFFERENTIAL;
    };
  }

  /** From the agent protocol; a type that was not named is a full one. */
  public static BackupType ofProtocol(io.holdfast.agent.protocol.BackupType type) {
    return switch (type) {
      case INCREMENTAL -> INCREMENTAL;
      case DIFFERENTIAL -> DIFFERENTIAL;
      case FULL, BACKUP_TYPE_UNSPECIFIED, UNRECOGNIZED -> FULL;
    };
  }
}
