package io.holdfast.pool.format;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.nio.file.Path;

/** The three ways a file is refused; each names file and offset. */
public final class FormatErrors {
  private FormatErrors() {}

  /** FORMAT_CORRUPT. */
  public static BackupException corrupt(Path file, long offset, String what) {
    return BackupException.of(
        ErrorCode.FORMAT_CORRUPT, "file", file, "offset", offset, "cause", what);
  }

  /** FORMAT_CORRUPT, with a cause. */
  public static BackupException corrupt(Path file, long offset, String what, Throwable cause) {
    return BackupException.causedBy(
        cause, ErrorCode.FORMAT_CORRUPT, "file", file, "offset", offset, "cause", what);
  }

  static BackupException tooNew(Path file, long offset, String found, int newest) {
    return BackupException.of(
        ErrorCode.FORMAT_TOO_NEW,
        "file",
        file,
        "offset",
        offset,
        "version",
        found,
        "newest",
        newest);
  }

  static BackupException tooOld(Path file, long offset, String found, int oldest) {
    return BackupException.of(
        ErrorCode.FORMAT_TOO_OLD,
        "file",
        file,
        "offset",
        offset,
        "version",
        found,
        "oldest",
        oldest);
  }
}
