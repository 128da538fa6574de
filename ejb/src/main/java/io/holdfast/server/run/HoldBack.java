package io.holdfast.server.run;

import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.speed.SpeedInForce;
import java.time.Duration;
import java.util.Optional;

/**
 * How long speed limits may hold one extent back: all that its run has under way may have to pass
 * before it. Generous, because it only tells an agent that hangs from one that is slow as ordered
 * (OPT-10, OPT-11).
 *
 * @param streams that a run may have at work at the same time
 * @param bytesPerSecond the lower of the limits; 0: nothing passes
 */
record HoldBack(int streams, long bytesPerSecond) {
  private static final int GENEROSITY = 2;

  static HoldBack of(BackupOptions options, SpeedInForce limits) {
    Parallelism parallelism = options.parallelism();
    return new HoldBack(
        parallelism.parallelVms() * parallelism.streamsPerVm(),
        Math.min(limits.transferBytesPerSecond(), limits.diskBytesPerSecond()));
  }

  /**
   * The longest time, with extents of the largest size there is; empty: without end.
   *
   * @param extentsPerStream under way at the same time
   */
  Optional<Duration> longest(int extentsPerStream) {
    if (bytesPerSecond == 0) {
      return Optional.empty();
    }
    long bytes = (long) streams * extentsPerStream * OptionRange.TRANSFER_BYTES.max();
    return Optional.of(Duration.ofSeconds(1 + GENEROSITY * (bytes / bytesPerSecond)));
  }
}
