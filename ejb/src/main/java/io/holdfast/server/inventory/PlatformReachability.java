package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.settings.IntegerSetting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of platforms being online (RES-06). Kept in the database, so that it is known after
 * a restart and an outage is told once, whatever was restarted meanwhile: what was found and that
 * it was told are one transaction. Thread-safe.
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
  @Inject PlatformReachRepository kept;
  @Inject PlatformOutages outages;
  @Inject ShortTransaction transaction;
  private Duration interval = Duration.ofSeconds(SECONDS.value());

  /** For CDI. */
  protected PlatformReachability() {}

  PlatformReachability(
      Clock clock, Duration interval, PlatformReachRepository kept, PlatformOutages outages) {
    this.clock = clock;
    this.interval = interval;
    this.kept = kept;
    this.outages = outages;
    this.transaction = new ShortTransaction();
  }

  /** How it was found last; from the database when it was not asked since the start. */
  public PlatformReach of(PlatformId id) {
    PlatformReach known = reaches.get(id);
    return known == null ? ofDatabase(id) : known;
  }

  private synchronized PlatformReach ofDatabase(PlatformId id) {
    Optional<PlatformReach> found = transaction.call(() -> kept.find(id));
    found.ifPresent(reach -> reaches.putIfAbsent(id, reach));
    return found.orElse(PlatformReach.UNKNOWN);
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

  private synchronized void note(
      PlatformId id, long question, PlatformState state, Optional<BackupException> problem) {
    if (forgotten.get() != question) {
      return;
    }
    PlatformReach before = of(id);
    PlatformReach now = before.found(state, clock.instant(), problem);
    transaction.run(
        () -> {
          kept.save(id, now);
          if (now.outage() && !before.outage()) {
            outages.began(id, problem.orElseThrow());
          } else if (before.outage() && !now.outage()) {
            outages.ended(id);
          }
        });
    reaches.put(id, now);
  }

  /** Its settings are other ones, or it is gone: nothing that was found counts. */
  synchronized void forget(PlatformId id) {
    forgotten.incrementAndGet();
    boolean outage = of(id).outage();
    transaction.run(
        () -> {
          kept.remove(id);
          if (outage) {
            outages.ended(id);
          }
        });
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
