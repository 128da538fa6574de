package io.holdfast.server.database;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** Tells the failures of the database that people can do something about from defects. */
final class DatabaseFailure {
  /** H2: I/O error with and without a file name. MariaDB: disk full, table full. */
  private static final Set<Integer> NO_SPACE = Set.of(90_028, 90_031, 1_021, 1_114);

  private static final String LINUX_TEXT = "No space left on device";
  private static final int MAX_CAUSES = 20;

  private DatabaseFailure() {}

  /** DATABASE_FULL when that is the reason, else nothing. */
  static Optional<BackupException> named(Throwable failure) {
    return noSpace(failure, MAX_CAUSES)
        .map(
            reason ->
                BackupException.causedBy(
                    failure,
                    ErrorCode.DATABASE_FULL,
                    "cause",
                    String.valueOf(reason.getMessage())));
  }

  /** The transaction manager hangs what a failed commit met on its own exception as suppressed. */
  private static Optional<Throwable> noSpace(Throwable failure, int depth) {
    if (failure == null || depth == 0) {
      return Optional.empty();
    }
    if (isNoSpace(failure)) {
      return Optional.of(failure);
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      Optional<Throwable> found = noSpace(suppressed, depth - 1);
      if (found.isPresent()) {
        return found;
      }
    }
    return noSpace(failure.getCause(), depth - 1);
  }

  private static boolean isNoSpace(Throwable cause) {
    if (cause instanceof SQLException sql && NO_SPACE.contains(sql.getErrorCode())) {
      return true;
    }
    return cause.getMessage() != null && cause.getMessage().contains(LINUX_TEXT);
  }
}
