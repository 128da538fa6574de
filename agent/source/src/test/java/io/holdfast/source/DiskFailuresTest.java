package io.holdfast.source;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.holdfast.error.BackupException;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiskFailuresTest {
  private static final DiskFailures FAILURES = new DiskFailures("vda", "10.0.0.1", 30017);

  static Stream<BackupException> all() {
    return Stream.of(
        FAILURES.read(1, 2, "EIO", null),
        FAILURES.write(1, 2, "EIO", null),
        FAILURES.mediumRead(1, 2, "EIO", null),
        FAILURES.mediumWrite(1, 2, "EIO", null),
        FAILURES.shortRead(1, 2, 1),
        FAILURES.spaceExhausted(1, 2, "ENOSPC", null),
        FAILURES.unreachable(30018, "refused", null),
        FAILURES.openRefused("NO_VM", null),
        FAILURES.protocolViolation("magic"),
        FAILURES.sizeChanged(1, 2),
        FAILURES.invalidRange(Long.MAX_VALUE, Long.MAX_VALUE, 512));
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("CAS-10")
  void everyMessageHasAllThatItNamesInBothLanguages(BackupException failure) {
    assertFalse(failure.message(Locale.ENGLISH).contains("?"), failure.message(Locale.ENGLISH));
    assertFalse(failure.message(Locale.CHINESE).contains("?"), failure.message(Locale.CHINESE));
  }

  @Test
  void aRangeUpToTheEndIsValid() {
    assertNull(FAILURES.invalidRange(0, 512, 512));
    assertNull(FAILURES.invalidRange(512, 0, 512));
  }
}
