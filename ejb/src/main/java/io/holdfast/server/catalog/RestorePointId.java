package io.holdfast.server.catalog;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/**
 * Id of a restore point; also of the session and VM task it came from.
 *
 * @param value a UUID in its usual, lower-case form
 */
public record RestorePointId(String value) {
  /** Normalises; INVALID_VALUE when it is no UUID. */
  public RestorePointId {
    try {
      value = UUID.fromString(value).toString();
    } catch (IllegalArgumentException e) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "restorePointId", "value", value, "expected", "UUID");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
