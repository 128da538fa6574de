package io.holdfast.server.pool;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/** What a new pool must be like; messages name field, value and what is allowed. */
final class PoolRules {
  private static final int MAX_NAME = 128;
  private static final int MAX_FOLDER = 1024;

  private PoolRules() {}

  /** Throws FIELD_MISSING, INVALID_VALUE or VALUE_OUT_OF_RANGE for the first wrong field. */
  static void check(NewPool pool) {
    requireText("name", pool.name(), MAX_NAME);
    requireText("folder", pool.folder(), MAX_FOLDER);
    String folder = pool.folder();
    if (!folder.startsWith("/") || "/".equals(folder) || hasDotPart(folder)) {
      throw invalid("folder", folder, "/absolute/path");
    }
    requireRange("chunkBytes", pool.chunkBytes(), NewPool.MIN_CHUNK_BYTES, NewPool.MAX_CHUNK_BYTES);
    if (Integer.bitCount(pool.chunkBytes()) != 1) {
      throw invalid("chunkBytes", Integer.toString(pool.chunkBytes()), "2^16…2^23");
    }
  }

  private static boolean hasDotPart(String folder) {
    for (String part : folder.split("/")) {
      if (".".equals(part) || "..".equals(part)) {
        return true;
      }
    }
    return false;
  }

  private static void requireText(String field, String value, int maxLength) {
    if (value.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    requireRange(field, value.length(), 1, maxLength);
    if (value.chars().anyMatch(Character::isISOControl) || !value.equals(value.strip())) {
      throw invalid(field, value, "1…" + maxLength);
    }
  }

  private static void requireRange(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", min, "max", max);
    }
  }

  private static BackupException invalid(String field, String value, String allowed) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", allowed);
  }
}
