package io.holdfast.server.ceph;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/**
 * Id of a registered Ceph pool.
 *
 * @param value a UUID in its usual, lower-case form
 */
public record CephStorageId(String value) {
  /** Normalises; INVALID_VALUE when it is no UUID. */
  public CephStorageId {
    try {
      value = UUID.fromString(value).toString();
    } catch (IllegalArgumentException e) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "cephStorageId", "value", value, "expected", "UUID");
    }
  }

  /** A new one. */
  public static CephStorageId random() {
    return new CephStorageId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
