package io.holdfast.server.paging;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * Which part of a list is wanted.
 *
 * @param offset rows to skip, from 0
 * @param limit most rows to return, 1…1000
 */
public record PageRequest(int offset, int limit) {
  public static final int MAX_LIMIT = 1000;

  /** Checks the bounds. VALUE_OUT_OF_RANGE names the field. */
  public PageRequest {
    if (offset < 0) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "offset",
          "value",
          offset,
          "min",
          0,
          "max",
          Integer.MAX_VALUE);
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "limit",
          "value",
          limit,
          "min",
          1,
          "max",
          MAX_LIMIT);
    }
  }

  /** The first {@code limit} rows. */
  public static PageRequest first(int limit) {
    return new PageRequest(0, limit);
  }
}
