package io.holdfast.web.rest.run;

import io.holdfast.server.run.RunProgress;
import io.holdfast.server.speed.Rates;
import io.holdfast.server.speed.SpeedInForce;
import java.time.Instant;

/**
 * What of a run's speed limits holds now (OPT-10, OPT-11). Rates in bytes per second: -1 is no
 * limit, 0 holds the run. Times are ISO 8601, empty when there is none.
 *
 * @param ofRun whether an operator gave this run limits of its own
 * @param held whether nothing passes
 * @param heldUntil when something passes again; empty while held: when the limit is changed
 * @param nextChange when another rate holds
 */
public record RunLimit(
    long transferBytesPerSecond,
    long diskBytesPerSecond,
    boolean ofRun,
    boolean held,
    String heldUntil,
    String nextChange) {

  /** What a run is limited to from now on; null: not at all. */
  public record Wanted(Long transferBytesPerSecond, Long diskBytesPerSecond) {}

  static RunLimit of(RunProgress progress) {
    SpeedInForce now = progress.limits();
    return new RunLimit(
        rate(now.transferBytesPerSecond()),
        rate(now.diskBytesPerSecond()),
        progress.run().hasOwnLimits(),
        now.isHeld(),
        now.heldUntil().map(Instant::toString).orElse(""),
        now.nextChange().map(Instant::toString).orElse(""));
  }

  private static long rate(long bytesPerSecond) {
    return bytesPerSecond == Rates.UNLIMITED ? -1 : bytesPerSecond;
  }
}
