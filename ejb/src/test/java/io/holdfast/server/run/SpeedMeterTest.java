package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.run.RunProgress.Pace;
import io.holdfast.server.run.RunProgress.TrafficPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-03")
class SpeedMeterTest {
  private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
  private static final UUID RUN = UUID.randomUUID();
  private static final UUID TASK = UUID.randomUUID();

  @Test
  void speedIsTheMeanOverTheSamples() {
    List<ProgressSample> samples = List.of(sample(0, 1000), sample(5, 3000));
    assertEquals(500, SpeedMeter.bytesPerSecond(samples, T0.plusSeconds(10), 6000));
    assertEquals(0, SpeedMeter.bytesPerSecond(List.of(), T0, 6000));
    assertEquals(0, SpeedMeter.bytesPerSecond(samples, T0, 6000));
  }

  @Test
  void theRestTakesItsTimeAtThatSpeed() {
    Amounts amounts = new Amounts(10_000, 4_000, 0, 0, 0, 0, 0);
    assertEquals(new Pace(500, Optional.of(Duration.ofSeconds(12))), SpeedMeter.pace(500, amounts));
    assertEquals(Pace.STILL, SpeedMeter.pace(0, amounts));
  }

  @Test
  void theChartHoldsAllThatMovedInFewPoints() {
    List<ProgressSample> samples = new ArrayList<>();
    for (int second = 0; second <= 1000; second += 2) {
      samples.add(sample(second, second * 100L));
    }
    List<TrafficPoint> points = SpeedMeter.traffic(samples, 50);
    assertTrue(points.size() <= 50, points.size() + " points");
    points.forEach(point -> assertEquals(100, point.bytesPerSecond(), 10));
  }

  private static ProgressSample sample(int second, long done) {
    return new ProgressSample(RUN, TASK, T0.plusSeconds(second), done);
  }
}
