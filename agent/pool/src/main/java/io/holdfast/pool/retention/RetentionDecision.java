package io.holdfast.pool.retention;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Decides what stays of one resource's restore points (POOL-09, POOL-10). A pure function: the same
 * points, policy and moment give the same outcome. Used once, by one thread.
 *
 * <p>"Today" is the day of the newest restore point, not of the clock: removing begins only after
 * the day's backup has succeeded, and a clock that leaps while nothing is backed up makes nothing
 * older. The newest restore point and its full backup stay whatever else is said.
 */
public final class RetentionDecision {
  /** A gap between two restore points this much beyond the rule's reach is not believed at once. */
  private static final Duration LEAP = Duration.ofDays(31);

  /** On so many days with restore points after a gap it is believed. */
  private static final int DAYS_BELIEVED = 3;

  private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(26);

  private final List<RetainedPoint> newestFirst;
  private final RetentionPolicy policy;
  private final RetentionMoment moment;
  private final Map<UUID, Set<KeepReason>> reasons = new LinkedHashMap<>();

  private RetentionDecision(
      List<RetainedPoint> points, RetentionPolicy policy, RetentionMoment moment) {
    this.newestFirst =
        points.stream()
            .sorted(
                Comparator.comparing(RetainedPoint::createdAt)
                    .thenComparing(RetainedPoint::id)
                    .reversed())
            .toList();
    this.policy = policy;
    this.moment = moment;
    newestFirst.forEach(point -> reasons.put(point.id(), EnumSet.noneOf(KeepReason.class)));
  }

  /**
   * Decides.
   *
   * @param points all sealed restore points of one resource in one job, in any order
   */
  public static RetentionOutcome decide(
      List<RetainedPoint> points, RetentionPolicy policy, RetentionMoment moment) {
    return new RetentionDecision(points, policy, moment).outcome();
  }

  private RetentionOutcome outcome() {
    if (!newestFirst.isEmpty()) {
      keep(newestFirst.get(0), KeepReason.NEWEST);
      keepProtected();
      if (policy.keepsAll()) {
        newestFirst.forEach(point -> keep(point, KeepReason.NO_RULE));
      } else {
        keepByRule();
        keepPeriods();
        keepFullBackups();
      }
    }
    Optional<HeldBack> heldBack = going().isEmpty() ? Optional.empty() : heldBack();
    if (heldBack.isPresent()) {
      going().forEach(id -> reasons.get(id).add(KeepReason.HELD_BACK));
    }
    List<UUID> going = going();
    Map<UUID, Set<KeepReason>> kept = new LinkedHashMap<>(reasons);
    going.forEach(kept::remove);
    return new RetentionOutcome(kept, going, heldBack);
  }

  private void keep(RetainedPoint point, KeepReason reason) {
    reasons.get(point.id()).add(reason);
  }

  /** Oldest first. */
  private List<UUID> going() {
    List<UUID> result = new ArrayList<>();
    reasons.forEach(
        (id, why) -> {
          if (why.isEmpty()) {
            result.add(id);
          }
        });
    Collections.reverse(result);
    return result;
  }

  private Optional<HeldBack> heldBack() {
    Instant newest = newestFirst.get(0).createdAt();
    if (!moment.newestBackupSucceeded()) {
      return Optional.of(HeldBack.NEWEST_BACKUP_FAILED);
    }
    if (newest.isAfter(moment.now().plus(CLOCKS_DIFFER_BY))) {
      return Optional.of(HeldBack.NEWEST_IN_FUTURE);
    }
    return mayHaveLeapt() ? Optional.of(HeldBack.CLOCK_MAY_HAVE_LEAPT) : Optional.empty();
  }

  /** Whether a gap is followed by restore points of too few days to be believed. */
  private boolean mayHaveLeapt() {
    Duration most = reach().plus(LEAP);
    Set<LocalDate> daysAfter = new HashSet<>();
    for (int i = 0; i + 1 < newestFirst.size(); i++) {
      RetainedPoint later = newestFirst.get(i);
      daysAfter.add(dayOf(later));
      if (daysAfter.size() >= DAYS_BELIEVED) {
        return false;
      }
      Instant earlier = newestFirst.get(i + 1).createdAt();
      if (Duration.between(earlier, later.createdAt()).compareTo(most) > 0) {
        return true;
      }
    }
    return false;
  }

  /** How far back the rule goes; a number goes nowhere, by itself it cannot be fooled. */
  private Duration reach() {
    return policy
        .rule()
        .map(
            rule ->
                switch (rule.unit()) {
                  case DAYS -> Duration.ofDays(rule.keep() + 1L);
                  case WEEKS -> Duration.ofDays(7L * (rule.keep() + 1));
                  case MONTHS -> Duration.ofDays(31L * (rule.keep() + 1));
                  case COUNT -> Duration.ofDays(Short.MAX_VALUE);
                })
        .orElse(Duration.ofDays(Short.MAX_VALUE));
  }

  private LocalDate dayOf(RetainedPoint point) {
    return LocalDate.ofInstant(point.createdAt(), policy.zone());
  }

  private static LocalDate monday(LocalDate day) {
    return day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  private void keepProtected() {
    for (RetainedPoint point : newestFirst) {
      if (point.heldByHand()) {
        keep(point, KeepReason.PROTECTED);
      }
      if (point.immutableUntil().filter(moment.now()::isBefore).isPresent()) {
        keep(point, KeepReason.IMMUTABLE);
      }
    }
  }

  private void keepByRule() {
    if (policy.rule().isEmpty()) {
      return;
    }
    RetentionRule rule = policy.rule().get();
    if (rule.unit() == RetentionUnit.COUNT) {
      newestFirst.stream().limit(rule.keep() + 1L).forEach(point -> keep(point, KeepReason.RULE));
      return;
    }
    LocalDate today = dayOf(newestFirst.get(0));
    LocalDate first =
        switch (rule.unit()) {
          case DAYS -> today.minusDays(rule.keep());
          case WEEKS -> monday(today).minusWeeks(rule.keep());
          case MONTHS -> today.withDayOfMonth(1).minusMonths(rule.keep());
          case COUNT -> throw new IllegalStateException("a number has no first day");
        };
    for (RetainedPoint point : newestFirst) {
      if (!dayOf(point).isBefore(first)) {
        keep(point, KeepReason.RULE);
      }
    }
  }

  private void keepPeriods() {
    PeriodsKept periods = policy.periods();
    keepNewestOf(UnaryOperator.identity(), periods.daily(), KeepReason.DAILY);
    keepNewestOf(RetentionDecision::monday, periods.weekly(), KeepReason.WEEKLY);
    keepNewestOf(day -> day.withDayOfMonth(1), periods.monthly(), KeepReason.MONTHLY);
    keepNewestOf(day -> day.withDayOfYear(1), periods.yearly(), KeepReason.YEARLY);
  }

  private void keepNewestOf(UnaryOperator<LocalDate> period, int count, KeepReason reason) {
    Optional<LocalDate> last = Optional.empty();
    int kept = 0;
    for (RetainedPoint point : newestFirst) {
      LocalDate begins = period.apply(dayOf(point));
      if (kept < count && !last.equals(Optional.of(begins))) {
        keep(point, reason);
        kept++;
      }
      last = Optional.of(begins);
    }
  }

  /** What a kept restore point began from stays; increments in between live on in the next one. */
  private void keepFullBackups() {
    boolean needed = false;
    for (RetainedPoint point : newestFirst) {
      if (needed && point.full()) {
        keep(point, KeepReason.FULL_OF_KEPT);
        needed = false;
      }
      needed |= !point.full() && !reasons.get(point.id()).isEmpty();
    }
  }
}
