package io.holdfast.server.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.pool.PoolId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When jobs of a kind run in a pool by themselves (POOL-10): at a time of the day, on all or some
 * days of the week, by the clock of the server's place.
 */
@Entity
@Table(name = "pool_job_plan")
public class PoolJobPlan {
  private static final int MINUTES_OF_DAY = 24 * 60;
  private static final int WEEK = 7;
  private static final int GARBAGE_MINUTE = 3 * 60;
  private static final int VERIFY_MINUTE = 5 * 60;
  private static final int GARBAGE_WINDOW = 4 * 60;
  private static final int VERIFY_WINDOW = 8 * 60;
  private static final int VERIFY_DAYS = 30;

  @Id private String id;

  @Column(name = "pool_id", nullable = false)
  private String poolId;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private PoolJobKind kind;

  @Version private long version;

  @Column(nullable = false)
  private boolean enabled;

  @Column(nullable = false)
  private String weekdays;

  @Column(name = "minute_of_day", nullable = false)
  private int minuteOfDay;

  @Column(nullable = false)
  private String work;

  @Column(name = "considered_millis", nullable = false)
  private long consideredMillis;

  /** For the persistence provider. */
  protected PoolJobPlan() {}

  /**
   * What a person says about a plan.
   *
   * @param enabled false: only by hand
   * @param weekdays on these; empty: every day
   * @param minuteOfDay 0…1439
   * @param work what is done
   */
  public record Settings(
      boolean enabled, Set<DayOfWeek> weekdays, int minuteOfDay, PoolJobWork work) {
    /**
     * @throws BackupException VALUE_OUT_OF_RANGE
     */
    public Settings {
      weekdays = Set.copyOf(weekdays);
      if (minuteOfDay < 0 || minuteOfDay >= MINUTES_OF_DAY) {
        throw BackupException.of(
            ErrorCode.VALUE_OUT_OF_RANGE,
            "field",
            "minuteOfDay",
            "value",
            minuteOfDay,
            "min",
            0,
            "max",
            MINUTES_OF_DAY - 1);
      }
    }

    /** Garbage daily at 3, four hours long; Sundays at 5 what was not verified for a month. */
    public static Settings preset(PoolJobKind kind) {
      PoolJobWork all = PoolJobWork.preset();
      return kind == PoolJobKind.GARBAGE
          ? new Settings(true, Set.of(), GARBAGE_MINUTE, window(all, 0, GARBAGE_WINDOW))
          : new Settings(
              true,
              Set.of(DayOfWeek.SUNDAY),
              VERIFY_MINUTE,
              window(all, VERIFY_DAYS, VERIFY_WINDOW));
    }

    private static PoolJobWork window(PoolJobWork all, int days, int minutes) {
      return new PoolJobWork(
          false, all.minLivePercent(), all.copyBudgetGib(), all.percent(), days, false, minutes);
    }
  }

  /** A new plan; what was due before now is not made up for. */
  PoolJobPlan(PoolId pool, PoolJobKind kind, Settings settings, Instant now) {
    this.id = idOf(pool, kind);
    this.poolId = pool.value();
    this.kind = kind;
    define(settings, now);
  }

  static String idOf(PoolId pool, PoolJobKind kind) {
    return pool.value() + ":" + kind;
  }

  final void define(Settings settings, Instant now) {
    enabled = settings.enabled();
    weekdays =
        settings.weekdays().stream()
            .sorted()
            .map(day -> Integer.toString(day.getValue()))
            .collect(Collectors.joining(","));
    minuteOfDay = settings.minuteOfDay();
    work = settings.work().toText();
    consideredMillis = now.toEpochMilli();
  }

  public PoolId pool() {
    return new PoolId(poolId);
  }

  public PoolJobKind kind() {
    return kind;
  }

  public Settings settings() {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    if (!weekdays.isEmpty()) {
      Arrays.stream(weekdays.split(","))
          .forEach(day -> days.add(DayOfWeek.of(Integer.parseInt(day))));
    }
    return new Settings(enabled, days, minuteOfDay, PoolJobWork.ofText(work));
  }

  /** Whether its time has come since it was looked at last; from now on it was looked at. */
  boolean takeDue(Instant now, ZoneId zone) {
    // Looked at while the clock was ahead: it must not wait until the time is that late again.
    consideredMillis = Math.min(consideredMillis, now.toEpochMilli());
    boolean due = enabled && lastTime(settings(), now, zone).toEpochMilli() > consideredMillis;
    if (due) {
      consideredMillis = now.toEpochMilli();
    }
    return due;
  }

  /** The last time that is not after now; a day that has no such time of day is moved, not left. */
  static Instant lastTime(Settings settings, Instant now, ZoneId zone) {
    LocalTime time = LocalTime.ofSecondOfDay(settings.minuteOfDay() * 60L);
    LocalDate day = LocalDate.ofInstant(now, zone);
    for (int back = 0; back <= WEEK; back++) {
      LocalDate candidate = day.minusDays(back);
      Instant at = ZonedDateTime.of(candidate, time, zone).toInstant();
      boolean fits =
          settings.weekdays().isEmpty() || settings.weekdays().contains(candidate.getDayOfWeek());
      if (fits && !at.isAfter(now)) {
        return at;
      }
    }
    return Instant.EPOCH;
  }
}
