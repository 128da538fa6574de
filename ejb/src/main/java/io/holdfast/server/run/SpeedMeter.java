package io.holdfast.server.run;

import io.holdfast.server.run.RunProgress.Pace;
import io.holdfast.server.run.RunProgress.TrafficPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Speed from samples. Pure. */
final class SpeedMeter {
  private SpeedMeter() {}

  /**
   * Mean speed from the oldest sample to now.
   *
   * @param samples of one task, in the order of time
   * @param doneBytes done by now
   */
  static long bytesPerSecond(List<ProgressSample> samples, Instant now, long doneBytes) {
    if (samples.isEmpty()) {
      return 0;
    }
    ProgressSample oldest = samples.get(0);
    long millis = Duration.between(oldest.getAt(), now).toMillis();
    return millis <= 0 ? 0 : Math.max(0, (doneBytes - oldest.getDoneBytes()) * 1000 / millis);
  }

  /** Speed and the time the rest takes at it. */
  static Pace pace(long bytesPerSecond, Amounts amounts) {
    if (bytesPerSecond <= 0) {
      return Pace.STILL;
    }
    return new Pace(
        bytesPerSecond, Optional.of(Duration.ofSeconds(amounts.remainingBytes() / bytesPerSecond)));
  }

  /**
   * A run's speed between its samples.
   *
   * @param samples of all its tasks, in the order of time
   * @param mostPoints neighbouring points are joined down to this many
   */
  static List<TrafficPoint> traffic(List<ProgressSample> samples, int mostPoints) {
    if (samples.isEmpty()) {
      return List.of();
    }
    Instant first = samples.get(0).getAt();
    Instant last = samples.get(samples.size() - 1).getAt();
    long span = Math.max(1, Duration.between(first, last).toMillis());
    long step = Math.max(2000, (span + mostPoints - 1) / mostPoints);
    Map<UUID, Long> doneByTask = new HashMap<>();
    List<TrafficPoint> points = new ArrayList<>();
    Instant stepEnd = first.plusMillis(step);
    long moved = 0;
    for (ProgressSample sample : samples) {
      while (sample.getAt().isAfter(stepEnd)) {
        points.add(new TrafficPoint(stepEnd, moved * 1000 / step));
        moved = 0;
        stepEnd = stepEnd.plusMillis(step);
      }
      Long before = doneByTask.put(sample.getTaskId(), sample.getDoneBytes());
      moved += Math.max(0, sample.getDoneBytes() - (before == null ? 0 : before));
    }
    points.add(new TrafficPoint(stepEnd, moved * 1000 / step));
    return points.size() > mostPoints ? points.subList(0, mostPoints) : points;
  }
}
