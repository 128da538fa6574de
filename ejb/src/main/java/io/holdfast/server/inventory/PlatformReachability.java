package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.settings.IntegerSetting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of platforms being online (RES-06). In memory: after a restart everything is
 * UNKNOWN until it is asked, so that no change is told that was none. Thread-safe.
 */
@ApplicationScoped
public class PlatformReachability {
  private static final IntegerSetting SECONDS =
      new IntegerSetting("HOLDFAST_PLATFORM_LOOK_SECONDS", 300, 0, 86_400);

  /** An agent that is away asks no platform, so it may be tried more often than one. */
  private static final Duration MOST_WITHOUT_AGENT = Duration.ofSeconds(60);

  private final ConcurrentMap<PlatformId, PlatformReach> reaches = new ConcurrentHashMap<>();
  private final AtomicLong forgotten = new AtomicLong();

  @Inject Clock clock;
  private Duration interval = Duration.ofSeconds(SECONDS.value());

  /** For CDI. */
  protected PlatformReachability() {}

  PlatformReachability(Clock clock, Duration interval) {
    this.clock = clock;
    this.interval = interval;
  }

  /** How it was found last. */
  public PlatformReach of(PlatformId id) {
    return reaches.getOrDefault(id, PlatformReach.UNKNOWN);
  }

  /**
   * To be called before a platform is asked, and given back with what came of it: an answer to
   * settings that were changed meanwhile counts for nothing.
   */
  long question() {
    return forgotten.get();
  }

  /** It answered. */
  void answered(PlatformId id, long question) {
    note(id, question, PlatformState.ONLINE, Optional.empty());
  }

  /** It did not answer, or not as it should, or could not be asked. */
  void failed(PlatformId id, long question, BackupException problem) {
    if (problem.code() != ErrorCode.AGENT_BUSY) { // says nothing of either
      note(id, question, PlatformState.after(problem.code()), Optional.of(problem));
    }
  }

  private void note(
      PlatformId id, long question, PlatformState state, Optional<BackupException> problem) {
    Instant now = clock.instant();
    reaches.compute(
        id,
        (key, before) ->
            forgotten.get() != question
                ? before
                : (before == null ? PlatformReach.UNKNOWN : before).found(state, now, problem));
  }

  /** Its settings are other ones, or it is gone: nothing that was found counts. */
  void forget(PlatformId id) {
    forgotten.incrementAndGet();
    reaches.remove(id);
  }

  /**
   * Whether it is time to ask again. One that refused the login is not asked until somebody tests
   * or changes it: platforms lock accounts after so many wrong passwords.
   */
  boolean isDue(PlatformId id) {
    PlatformReach last = of(id);
    boolean refused =
        last.problem().filter(why -> why.code() == ErrorCode.PLATFORM_LOGIN_REFUSED).isPresent();
    if (interval.isZero() || refused) {
      return false;
    }
    boolean soon =
        last.state() == PlatformState.AGENT_AWAY && interval.compareTo(MOST_WITHOUT_AGENT) > 0;
    Duration pause = soon ? MOST_WITHOUT_AGENT : interval;
    return last.askedAt().map(at -> !clock.instant().isBefore(at.plus(pause))).orElse(true);
  }
}
