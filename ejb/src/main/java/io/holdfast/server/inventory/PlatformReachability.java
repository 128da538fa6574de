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

/**
 * What is known of platforms being online (RES-06). In memory: after a restart everything is
 * UNKNOWN until it is asked. Thread-safe.
 */
@ApplicationScoped
public class PlatformReachability {
  private static final IntegerSetting SECONDS =
      new IntegerSetting("HOLDFAST_PLATFORM_LOOK_SECONDS", 300, 0, 86_400);
  private static final Duration MOST_WHEN_OFFLINE = Duration.ofSeconds(60);

  private final ConcurrentMap<PlatformId, PlatformReach> reaches = new ConcurrentHashMap<>();

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

  /** It answered. */
  void answered(PlatformId id) {
    note(id, PlatformState.ONLINE, Optional.empty());
  }

  /** It did not answer, or not as it should. */
  void failed(PlatformId id, BackupException problem) {
    note(id, PlatformState.OFFLINE, Optional.of(problem));
  }

  private void note(PlatformId id, PlatformState state, Optional<BackupException> problem) {
    Instant now = clock.instant();
    reaches.compute(
        id,
        (key, before) ->
            (before == null ? PlatformReach.UNKNOWN : before).found(state, now, problem));
  }

  /** Its settings are other ones, or it is gone: nothing that was found counts. */
  void forget(PlatformId id) {
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
        last.state() == PlatformState.OFFLINE && interval.compareTo(MOST_WHEN_OFFLINE) > 0;
    Duration pause = soon ? MOST_WHEN_OFFLINE : interval;
    return last.askedAt().map(at -> !clock.instant().isBefore(at.plus(pause))).orElse(true);
  }
}
