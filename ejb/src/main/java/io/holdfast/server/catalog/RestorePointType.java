package io.holdfast.server.catalog;

import io.holdfast.agent.protocol.BackupType;

/** What a restore point was read as; each is complete by itself in the pool. */
public enum RestorePointType {
  FULL,
  INCREMENTAL,
  DIFFERENTIAL;

  /** From the protocol; an unknown one of a newer agent reads as full. */
  static RestorePointType of(BackupType type) {
    return switch (type) {
      case INCREMENTAL -> INCREMENTAL;
      case DIFFERENTIAL -> DIFFERENTIAL;
      case FULL, BACKUP_TYPE_UNSPECIFIED, UNRECOGNIZED -> FULL;
    };
  }
}
