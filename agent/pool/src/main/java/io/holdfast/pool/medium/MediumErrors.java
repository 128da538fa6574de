package io.holdfast.pool.medium;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns failures of file operations into the product's errors. */
public final class MediumErrors {
  private final Path root;

  /**
   * @param root what a full disk is named by
   */
  MediumErrors(Path root) {
    this.root = root;
  }

  /** POOL_FULL for a full disk or quota, otherwise POOL_WRITE_FAILED. */
  BackupException writing(IOException cause, Path file) {
    if (isFull(cause)) {
      return full(root, Math.max(0, root.toFile().getUsableSpace()), cause);
    }
    return failed(cause, file, ErrorCode.POOL_WRITE_FAILED);
  }

  BackupException reading(IOException cause, Path file) {
    return failed(cause, file, ErrorCode.POOL_READ_FAILED);
  }

  /** POOL_FULL, naming the folder and what is left on it. */
  public static BackupException full(Path folder, long freeBytes, Throwable cause) {
    return BackupException.causedBy(
        cause, ErrorCode.POOL_FULL, "folder", folder, "free", freeBytes);
  }

  /** POOL_WRITE_FAILED with a reason. */
  public static BackupException writeFailed(Path file, String reason) {
    return BackupException.of(ErrorCode.POOL_WRITE_FAILED, "file", file, "cause", reason);
  }

  private static BackupException failed(IOException cause, Path file, ErrorCode code) {
    if (cause instanceof ClosedByInterruptException) {
      return BackupException.causedBy(
          cause, ErrorCode.INTERRUPTED, "what", Reason.of(ReasonCode.ACCESS_TO, "file", file));
    }
    return BackupException.causedBy(cause, code, "file", file, "cause", reason(cause));
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return Reason.of(ReasonCode.NO_SUCH_FILE);
    }
    if (cause instanceof FileSystemException fileSystem && fileSystem.getReason() != null) {
      return Reason.words(fileSystem.getReason());
    }
    return Reason.of(cause);
  }

  private static boolean isFull(IOException cause) {
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded");
  }
}
