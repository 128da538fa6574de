package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/** Opens connections to platforms of one kind. Thread-safe. */
public interface PlatformDriver {

  /** "h3c-cas": what {@link PlatformAccess#getKind()} names. */
  String kind();

  /**
   * Makes a connection object; nothing is sent yet. The password is held in memory until {@link
   * PlatformConnection#close()} and never logged.
   */
  PlatformConnection connect(PlatformAccess access);

  /**
   * As {@link #connect}, for what an operator does with snapshots (CAS-21).
   *
   * @throws BackupException PLATFORM_KIND_UNKNOWN where that cannot be done on this kind
   */
  default SnapshotKeeper snapshots(PlatformAccess access) {
    throw BackupException.of(ErrorCode.PLATFORM_KIND_UNKNOWN, "kind", kind());
  }
}
