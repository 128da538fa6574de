package io.holdfast.server.database;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Tells the failures of the database that people can do something about from defects. */
final class DatabaseFailure {
  /** H2: I/O error with and without a file name. MariaDB: disk full, table full. */
  private static final Set<Integer> NO_SPACE = Set.of(90_028, 90_031, 1_021, 1_114);

  /**
   * H2: closed (it closes itself after a write that failed), called while closing, connection
   * broken, its file still locked by the one that closes.
   */
  private static final Set<Integer> CLOSED = Set.of(90_098, 90_121, 90_067, 90_020);

  /** SQL standard: class of connection exceptions. */
  private static final String CONNECTION_STATES = "08";

  private static final String LINUX_TEXT = "No space left on device";
  private static final int MAX_CAUSES = 20;

  private DatabaseFailure() {}

  /**
   * DATABASE_FULL when that is the reason, else DATABASE_UNAVAILABLE when that is, else nothing.
   */
  static Optional<BackupException> named(Throwable failure) {
    return found(failure, DatabaseFailure::isNoSpace, MAX_CAUSES)
        .map(reason -> named(ErrorCode.DATABASE_FULL, failure, reason))
        .or(
            () ->
                found(failure, DatabaseFailure::isClosed, MAX_CAUSES)
                    .map(reason -> named(ErrorCode.DATABASE_UNAVAILABLE, failure, reason)));
  }

  private static BackupException named(ErrorCode code, Throwable failure, Throwable reason) {
    return BackupException.causedBy(failure, code, "cause", Reason.of(reason));
  }

  /**
   * The transaction manager hangs what a failed commit met on its own exception as suppressed, a
   * batch of statements what each of them met as the next exception.
   */
  private static Optional<Throwable> found(
      Throwable failure, Predicate<Throwable> wanted, int depth) {
    if (failure == null || depth == 0) {
      return Optional.empty();
    }
    if (wanted.test(failure)) {
      return Optional.of(failure);
    }
    for (Throwable suppressed : failure.getSuppressed()) {
      Optional<Throwable> found = found(suppressed, wanted, depth - 1);
      if (found.isPresent()) {
        return found;
      }
    }
    if (failure instanceof SQLException sql && sql.getNextException() != null) {
      Optional<Throwable> found = found(sql.getNextException(), wanted, depth - 1);
      if (found.isPresent()) {
        return found;
      }
    }
    return found(failure.getCause(), wanted, depth - 1);
  }

  private static boolean isNoSpace(Throwable cause) {
    if (cause instanceof SQLException sql && NO_SPACE.contains(sql.getErrorCode())) {
      return true;
    }
    return cause.getMessage() != null && cause.getMessage().contains(LINUX_TEXT);
  }

  private static boolean isClosed(Throwable cause) {
    return cause instanceof SQLException sql
        && (CLOSED.contains(sql.getErrorCode())
            || sql.getSQLState() != null && sql.getSQLState().startsWith(CONNECTION_STATES));
  }
}
