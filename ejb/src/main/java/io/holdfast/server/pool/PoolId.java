package io.holdfast.server.pool;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/**
 * Id of a pool, also written in the pool itself.
 *
 * @param value a UUID in its usual, lower-case form
 */
public record PoolId(String value) {
  /** Normalises; INVALID_VALUE when it is no UUID. */
  public PoolId {
    try {
      value = UUID.fromString(value).toString();
    } catch (IllegalArgumentException e) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "poolId", "value", value, "expected", "UUID");
    }
  }

  /** A new one. */
  public static PoolId random() {
    return new PoolId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
