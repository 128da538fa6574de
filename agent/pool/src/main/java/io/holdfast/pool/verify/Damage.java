package io.holdfast.pool.verify;

import io.holdfast.error.ErrorCode;
import java.util.List;
import java.util.UUID;

/**
 * One damaged place.
 *
 * @param file relative to the pool's folder
 * @param offset in the file, in bytes
 * @param code FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD, CHUNK_CORRUPT, CHUNK_MISSING or
 *     POOL_READ_FAILED
 * @param what a {@link io.holdfast.error.Reason}, told by {@code Messages.value}
 * @param restorePoints that cannot be restored in full because of it
 */
public record Damage(
    String file, long offset, ErrorCode code, String what, List<UUID> restorePoints) {
  public Damage {
    restorePoints = List.copyOf(restorePoints);
  }
}
