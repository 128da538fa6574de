package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-05")
class SweepTurnsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T14:00:00Z");
  private final SweepTurns turns = new SweepTurns();

  @Test
  void aSweptPlatformIsDueAgainOnlyWhenItsBackupHostComesBack() {
    assertTrue(turns.isDue("p", NOW));
    turns.done("p");
    assertFalse(turns.isDue("p", NOW.plus(Duration.ofDays(365))));
    assertTrue(turns.isDue("q", NOW), "another platform");
    turns.again("p");
    assertTrue(turns.isDue("p", NOW));
  }

  @Test
  void failuresAreTriedAgainWithGrowingPausesUpToAnHour() {
    Instant at = NOW;
    for (long seconds : new long[] {30, 60, 120, 240, 480, 960, 1920, 3600, 3600}) {
      turns.failed("p", at);
      assertFalse(turns.isDue("p", at.plusSeconds(seconds - 1)), seconds + " s");
      at = at.plusSeconds(seconds);
      assertTrue(turns.isDue("p", at), seconds + " s");
    }
    turns.done("p");
    turns.failed("p", at);
    assertTrue(turns.isDue("p", at.plusSeconds(30)), "counts from the last success");
  }
}
