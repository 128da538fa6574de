package io.holdfast.server.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When which platform is swept: at once, not again after a success until its backup host comes
 * back, after a failure again with growing pauses. Kept in memory: a boot begins anew. Thread-safe.
 */
final class SweepTurns {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  /** The next turn and how often it failed in a row. */
  private record Turn(Instant next, int failures) {}

  boolean isDue(String platform, Instant now) {
    Turn turn = turns.get(platform);
    return turn == null || !now.isBefore(turn.next());
  }

  /** Swept; not due any more. */
  void done(String platform) {
    turns.put(platform, new Turn(Instant.MAX, 0));
  }

  /** Something was left; due again after a pause that doubles. */
  void failed(String platform, Instant now) {
    turns.merge(
        platform,
        new Turn(now.plus(FIRST_PAUSE), 1),
        (before, first) -> new Turn(now.plus(pause(before.failures())), before.failures() + 1));
  }

  private static Duration pause(int failures) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** Its backup host has come back: due at once. */
  void again(String platform) {
    turns.remove(platform);
  }
}
