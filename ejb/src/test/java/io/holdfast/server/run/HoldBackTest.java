package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.speed.Rates;
import io.holdfast.server.speed.SpeedInForce;
import io.holdfast.server.speed.SpeedLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-10")
@Tag("OPT-11")
class HoldBackTest {
  private static Optional<Duration> longest(long transfer, long disk) {
    SpeedInForce now = SpeedInForce.of(SpeedLimits.always(transfer, disk), Instant.EPOCH);
    return HoldBack.of(BackupOptions.preset(), now).longest(4);
  }

  @Test
  void onlyALimitOfNothingHoldsWithoutEnd() {
    assertEquals(Optional.empty(), longest(0, Rates.UNLIMITED));
    assertEquals(Optional.empty(), longest(1 << 20, 0));
    assertTrue(longest(Rates.MIN, Rates.UNLIMITED).orElseThrow().toDays() < 365);
  }

  @Test
  void allThatIsUnderWayMayPassFirstAtTheLowerRate() {
    var parallelism = BackupOptions.preset().parallelism();
    long streams = (long) parallelism.parallelVms() * parallelism.streamsPerVm();
    Duration slow = longest(1 << 20, 64 << 20).orElseThrow();
    assertTrue(slow.toSeconds() > streams * 4 * 32, slow.toString());
    assertTrue(slow.toSeconds() < 3 * streams * 4 * 32, slow.toString());
    assertTrue(longest(64 << 20, 64 << 20).orElseThrow().compareTo(slow) < 0);
  }
}
