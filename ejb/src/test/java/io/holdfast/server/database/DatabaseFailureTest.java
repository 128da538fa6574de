package io.holdfast.server.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
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
    assertEquals("disk", named.parameters().get("cause"));
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
}
