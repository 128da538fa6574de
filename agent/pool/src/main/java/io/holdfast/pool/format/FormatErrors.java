package io.holdfast.pool.format;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import java.nio.file.Path;

/** The three ways a file is refused; each names file and offset. */
public final class FormatErrors {
  private FormatErrors() {}

  /**
   * FORMAT_CORRUPT.
   *
   * @param namesAndValues of the reason, in turn
   */
  public static BackupException corrupt(
      Path file, long offset, ReasonCode what, Object... namesAndValues) {
    String reason = Reason.of(what, namesAndValues);
    return BackupException.of(
        ErrorCode.FORMAT_CORRUPT, "file", file, "offset", offset, "cause", reason);
  }

  /** FORMAT_CORRUPT, with a cause. */
  public static BackupException corrupt(Throwable cause, Path file, long offset, ReasonCode what) {
    return BackupException.causedBy(
        cause, ErrorCode.FORMAT_CORRUPT, "file", file, "offset", offset, "cause", Reason.of(what));
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
