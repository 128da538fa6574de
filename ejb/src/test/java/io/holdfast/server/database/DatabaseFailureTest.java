package io.holdfast.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("OPS-01")
class DatabaseFailureTest {

  @ParameterizedTest
  @ValueSource(ints = {90_028, 90_031, 1_021, 1_114})
  void aFullDiskIsNamed(int errorCode) {
    Throwable deep = new SQLException("disk", "XX000", errorCode);
    BackupException named =
        DatabaseFailure.named(new IllegalStateException(new IllegalStateException(deep)))
            .orElseThrow();
    assertEquals(ErrorCode.DATABASE_FULL, named.code());
    assertEquals(Reason.words("disk"), named.parameters().get("cause"));
  }

  @Test
  void theSystemsOwnTextIsEnough() {
    Throwable failure =
        new SQLException("General error", new IOException("No space left on device"));
    assertTrue(DatabaseFailure.named(failure).isPresent());
  }

  @Test
  void whatACommitMetIsFound() {
    Exception commit = new Exception("could not commit");
    commit.addSuppressed(new IllegalStateException(new SQLException("disk", "XX000", 90_031)));
    assertTrue(DatabaseFailure.named(commit).isPresent());
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    assertEquals(Optional.empty(), DatabaseFailure.named(new SQLException("dup", "23505", 23_505)));
    assertEquals(Optional.empty(), DatabaseFailure.named(new IllegalStateException()));
  }

  /**
   * H2 closes itself after a write that failed; whoever comes between that and the next opening.
   */
  @ParameterizedTest
  @ValueSource(ints = {90_098, 90_020, 90_121, 90_067})
  void aDatabaseThatClosedItselfIsNoDefect(int errorCode) {
    Throwable closed =
        new IllegalStateException(new SQLException("closed", "" + errorCode, errorCode));
    BackupException named = DatabaseFailure.named(closed).orElseThrow();
    assertEquals(ErrorCode.DATABASE_UNAVAILABLE, named.code());
    assertEquals(Reason.words("closed"), named.parameters().get("cause"));
  }

  @Test
  void aLostConnectionIsNoDefect() {
    Throwable lost = new SQLException("Socket error", "08000", 1_927);
    assertEquals(ErrorCode.DATABASE_UNAVAILABLE, DatabaseFailure.named(lost).orElseThrow().code());
  }

  @Test
  void whatAStatementOfABatchMetCountsMoreThanThatItWasClosed() {
    BatchUpdateException batch =
        new BatchUpdateException("The database has been closed", "90098", 90_098, new int[0]);
    batch.setNextException(new SQLException("disk", "90031", 90_031));
    assertEquals(ErrorCode.DATABASE_FULL, DatabaseFailure.named(batch).orElseThrow().code());
  }
}
