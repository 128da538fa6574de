package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/**
 * Id of a platform.
 *
 * @param value a UUID in its usual, lower-case form
 */
public record PlatformId(String value) {
  /** Normalises; INVALID_VALUE when it is no UUID. */
  public PlatformId {
    try {
      value = UUID.fromString(value).toString();
    } catch (IllegalArgumentException e) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "platformId", "value", value, "expected", "UUID");
    }
  }

  /** A new one. */
  public static PlatformId random() {
    return new PlatformId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
