package io.holdfast.source.cvd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.cvd.jna.CvdError;

/** Turns the SDK's errors on one disk into the product's. */
record CvdErrors(DiskFailures failures) {

  /** For connecting and opening. */
  BackupException opening(CvdError error) {
    return switch (error.code()) {
      case CvdError.UNREACHABLE, CvdError.LOST ->
          failures.unreachable(
              error.port() == 0 ? failures.port() : error.port(), error.text(), null);
      case CvdError.REFUSED -> failures.openRefused(error.text(), null);
      default -> nativeCall(error);
    };
  }

  /** For a read of a range. */
  CvdError.Mapping reading(long offset, long length) {
    return error ->
        switch (error.code()) {
          case CvdError.INVALID, CvdError.MEMORY -> nativeCall(error);
          case CvdError.IO ->
              DiskFailures.stays(error.peerErrno())
                  ? failures.mediumRead(offset, length, words(error), null)
                  : failures.read(offset, length, words(error), null);
          default -> failures.read(offset, length, words(error), null);
        };
  }

  /** For a write, zero, flush or close. */
  CvdError.Mapping writing(long offset, long length) {
    return error ->
        switch (error.code()) {
          case CvdError.NO_SPACE -> failures.spaceExhausted(offset, length, words(error), null);
          case CvdError.INVALID, CvdError.MEMORY -> nativeCall(error);
          case CvdError.IO ->
              DiskFailures.stays(error.peerErrno())
                  ? failures.mediumWrite(offset, length, words(error), null)
                  : failures.write(offset, length, words(error), null);
          default -> failures.write(offset, length, words(error), null);
        };
  }

  /** For what belongs to no disk, such as the log file. */
  static BackupException nativeCall(CvdError error) {
    return BackupException.of(
        ErrorCode.NATIVE_CALL_FAILED,
        "function",
        error.function(),
        "errno",
        error.peerErrno() == 0 ? error.code() : error.peerErrno(),
        "cause",
        Reason.words(error.text()));
  }

  private static String words(CvdError error) {
    return error.function() + ": " + error.text();
  }
}
