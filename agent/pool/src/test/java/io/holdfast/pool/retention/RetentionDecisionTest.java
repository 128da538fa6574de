package io.holdfast.pool.retention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the seeds, and what has to hold for any points, policy and clock. */
@Tag("POOL-09")
@Tag("POOL-10")
class RetentionDecisionTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final int RANDOM_CASES = 4_000;

  private final List<RetainedPoint> points = new ArrayList<>();
  private boolean succeeded = true;
  private Instant now = at("2026-11-21T12:00");

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(ZONE).toInstant();
  }

  private UUID point(String local, boolean full) {
    UUID id = new UUID(1, points.size() + 1L);
    points.add(RetainedPoint.of(id, at(local), full));
    return id;
  }

  private RetentionOutcome decide(RetentionUnit unit, int keep) {
    return decide(new RetentionRule(unit, keep), PeriodsKept.NONE);
  }

  private RetentionOutcome decide(RetentionRule rule, PeriodsKept periods) {
    return RetentionDecision.decide(
        points,
        new RetentionPolicy(Optional.ofNullable(rule), periods, ZONE),
        new RetentionMoment(now, succeeded));
  }

  @Test
  void zeroDaysIsTodayAndOneDayIsTodayAndYesterday() {
    UUID before = point("2026-11-19T23:59", true);
    UUID yesterday = point("2026-11-20T00:00", true);
    UUID morning = point("2026-11-21T00:00", true);
    UUID noon = point("2026-11-21T11:00", true);

    assertEquals(List.of(before, yesterday), decide(RetentionUnit.DAYS, 0).going());
    assertEquals(List.of(before), decide(RetentionUnit.DAYS, 1).going());
    assertEquals(Set.of(KeepReason.RULE), decide(RetentionUnit.DAYS, 1).kept().get(morning));
    assertEquals(
        Set.of(KeepReason.NEWEST, KeepReason.RULE), decide(RetentionUnit.DAYS, 1).kept().get(noon));
  }

  @Test
  void weeksBeginOnMonday() {
    UUID sunday = point("2026-11-15T23:59", true);
    UUID monday = point("2026-11-16T00:00", true);
    point("2026-11-21T10:00", true);

    assertEquals(List.of(sunday), decide(RetentionUnit.WEEKS, 0).going());
    assertEquals(List.of(), decide(RetentionUnit.WEEKS, 1).going());
    assertTrue(decide(RetentionUnit.WEEKS, 0).kept().containsKey(monday));
  }

  @Test
  void monthsAreCalendarMonths() {
    UUID october = point("2026-10-31T23:59", true);
    point("2026-11-01T00:00", true);
    point("2026-11-21T10:00", true);

    assertEquals(List.of(october), decide(RetentionUnit.MONTHS, 0).going());
    assertEquals(List.of(), decide(RetentionUnit.MONTHS, 1).going());
  }

  @Test
  void aNumberCountsThoseBesidesTheNewest() {
    UUID oldest = point("2026-11-18T10:00", true);
    UUID middle = point("2026-11-19T10:00", true);
    point("2026-11-21T10:00", true);

    assertEquals(List.of(oldest, middle), decide(RetentionUnit.COUNT, 0).going());
    assertEquals(List.of(oldest), decide(RetentionUnit.COUNT, 1).going());
  }

  @Test
  void theFullOfAKeptIncrementStaysAndExpiredIncrementsGo() {
    UUID earlierFull = point("2026-11-18T10:00", true);
    UUID full = point("2026-11-20T08:00", true);
    UUID expired = point("2026-11-20T10:00", false);
    UUID today = point("2026-11-21T10:00", false);

    RetentionOutcome outcome = decide(RetentionUnit.DAYS, 0);

    assertEquals(List.of(earlierFull, expired), outcome.going());
    assertEquals(Set.of(KeepReason.FULL_OF_KEPT), outcome.kept().get(full));
    assertEquals(List.of(today, full), List.copyOf(outcome.kept().keySet()));
  }

  @Test
  void aLoneFullStaysForTheIncrementMadeAfterIt() {
    UUID full = point("2026-10-01T10:00", true);
    point("2026-10-20T10:00", false);

    assertEquals(List.of(), decide(RetentionUnit.DAYS, 0).going());
    assertEquals(Set.of(KeepReason.FULL_OF_KEPT), decide(RetentionUnit.DAYS, 0).kept().get(full));
  }

  @Test
  void nothingGoesWhenTheNewestBackupFailed() {
    UUID old = point("2026-11-01T10:00", true);
    point("2026-11-20T10:00", true);
    succeeded = false;

    RetentionOutcome outcome = decide(RetentionUnit.DAYS, 0);

    assertEquals(List.of(), outcome.going());
    assertEquals(Optional.of(HeldBack.NEWEST_BACKUP_FAILED), outcome.heldBack());
    assertEquals(Set.of(KeepReason.HELD_BACK), outcome.kept().get(old));
  }

  @Test
  void theClockAloneMakesNothingOlder() {
    UUID old = point("2026-11-20T10:00", true);
    point("2026-11-21T10:00", true);
    now = at("2036-11-21T12:00");

    assertEquals(List.of(), decide(RetentionUnit.DAYS, 1).going());
    assertEquals(List.of(old), decide(RetentionUnit.DAYS, 0).going());
  }

  @Test
  void aNewestPointFromTheFutureRemovesNothing() {
    point("2026-11-20T10:00", true);
    point("2026-12-21T10:00", true);

    RetentionOutcome outcome = decide(RetentionUnit.DAYS, 0);

    assertEquals(Optional.of(HeldBack.NEWEST_IN_FUTURE), outcome.heldBack());
    assertEquals(List.of(), outcome.going());
  }

  @Test
  void aLeapOfTheClockIsBelievedOnItsThirdDay() {
    for (int day = 10; day < 20; day++) {
      point("2026-11-" + day + "T10:00", true);
    }
    point("2028-01-01T10:00", true);
    now = at("2028-01-01T12:00");

    RetentionOutcome leapt = decide(RetentionUnit.DAYS, 14);
    point("2028-01-01T11:00", true);
    RetentionOutcome sameDay = decide(RetentionUnit.DAYS, 14);
    point("2028-01-02T10:00", true);
    now = at("2028-01-02T12:00");
    RetentionOutcome secondDay = decide(RetentionUnit.DAYS, 14);
    point("2028-01-03T10:00", true);
    now = at("2028-01-03T12:00");

    for (RetentionOutcome outcome : List.of(leapt, sameDay, secondDay)) {
      assertEquals(Optional.of(HeldBack.CLOCK_MAY_HAVE_LEAPT), outcome.heldBack());
      assertEquals(List.of(), outcome.going());
    }
    assertEquals(10, decide(RetentionUnit.DAYS, 14).going().size());
  }

  @Test
  void grandfatherFatherSonKeepsTheNewestOfEachPeriod() {
    LocalDate first = LocalDate.of(2026, 1, 1);
    for (int day = 0; day < 320; day++) {
      point(first.plusDays(day) + "T08:00", true);
      point(first.plusDays(day) + "T20:00", true);
    }
    now = at("2026-11-17T00:00");

    RetentionOutcome outcome = decide(null, new PeriodsKept(7, 4, 6, 1));

    Set<String> kept = new HashSet<>();
    for (RetainedPoint point : points) {
      if (outcome.kept().containsKey(point.id())) {
        kept.add(point.createdAt().atZone(ZONE).toLocalDateTime().toString());
      }
    }
    Set<String> expected = new HashSet<>();
    for (int day = 10; day <= 16; day++) {
      expected.add("2026-11-" + day + "T20:00");
    }
    // Weeks of 16, 9, 2 November and 26 October: 16, 15, 8 and 1 November.
    Collections.addAll(expected, "2026-11-15T20:00", "2026-11-08T20:00", "2026-11-01T20:00");
    for (String month : List.of("06-30", "07-31", "08-31", "09-30", "10-31")) {
      expected.add("2026-" + month + "T20:00");
    }
    assertEquals(expected, kept);
  }

  @Test
  void protectedAndImmutablePointsStay() {
    RetainedPoint held =
        new RetainedPoint(new UUID(2, 1), at("2026-01-01T10:00"), true, true, Optional.empty());
    RetainedPoint immutable =
        new RetainedPoint(
            new UUID(2, 2),
            at("2026-01-02T10:00"),
            true,
            false,
            Optional.of(now.plus(Duration.ofSeconds(1))));
    RetainedPoint ended =
        new RetainedPoint(new UUID(2, 3), at("2026-01-03T10:00"), true, false, Optional.of(now));
    Collections.addAll(points, held, immutable, ended);
    UUID expired = point("2026-11-19T10:00", true);
    point("2026-11-20T10:00", true);
    point("2026-11-21T10:00", true);

    RetentionOutcome outcome = decide(RetentionUnit.DAYS, 1);

    assertEquals(List.of(ended.id(), expired), outcome.going());
    assertEquals(Set.of(KeepReason.PROTECTED), outcome.kept().get(held.id()));
    assertEquals(Set.of(KeepReason.IMMUTABLE), outcome.kept().get(immutable.id()));
  }

  @ParameterizedTest
  @CsvSource({"-1", "65"})
  void numbersBeyondTheRangeAreRefused(int keep) {
    assertThrows(BackupException.class, () -> new RetentionRule(RetentionUnit.DAYS, keep));
    assertThrows(BackupException.class, () -> new PeriodsKept(0, 0, keep, 0));
  }

  @Test
  void whateverIsGivenTheSafetyRulesHold() {
    long seed = Long.getLong("holdfast.seed", 20261121L);
    for (int round = 0; round < RANDOM_CASES; round++) {
      Random random = new Random(seed + round);
      try {
        checkRandomCase(random);
      } catch (AssertionError broken) {
        throw new AssertionError("seed " + seed + ", round " + round, broken);
      }
    }
  }

  private void checkRandomCase(Random random) {
    makePoints(random);
    RetentionUnit unit = RetentionUnit.values()[random.nextInt(4)];
    int keep = random.nextInt(65);
    PeriodsKept periods =
        random.nextBoolean()
            ? PeriodsKept.NONE
            : new PeriodsKept(
                random.nextInt(8), random.nextInt(5), random.nextInt(5), random.nextInt(3));
    RetentionOutcome outcome = decide(new RetentionRule(unit, keep), periods);

    Set<UUID> all = new HashSet<>(outcome.going());
    assertTrue(Collections.disjoint(all, outcome.kept().keySet()));
    all.addAll(outcome.kept().keySet());
    assertEquals(points.size(), all.size());
    assertTrue(outcome.kept().values().stream().noneMatch(Set::isEmpty));
    if (!succeeded) {
      assertEquals(List.of(), outcome.going());
    }
    RetainedPoint newest =
        points.stream().max((a, b) -> a.createdAt().compareTo(b.createdAt())).orElseThrow();
    assertTrue(outcome.kept().containsKey(newest.id()));
    for (RetainedPoint point : points) {
      if (point.isProtectedAt(now)) {
        assertTrue(outcome.kept().containsKey(point.id()));
      }
      if (!point.full() && outcome.kept().containsKey(point.id())) {
        requireFullKept(point, outcome);
      }
    }
    if (keep < RetentionRule.MAX_KEEP && outcome.heldBack().isEmpty()) {
      RetentionOutcome longer = decide(new RetentionRule(unit, keep + 1), periods);
      assertTrue(outcome.going().containsAll(longer.going()), "a longer rule removes more");
    }
    Collections.shuffle(points, random);
    assertEquals(outcome, decide(new RetentionRule(unit, keep), periods));
  }

  private void makePoints(Random random) {
    points.clear();
    succeeded = random.nextInt(5) > 0;
    now = at("2026-11-21T12:00").plus(Duration.ofHours(random.nextInt(100_000) - 50_000));
    int count = 1 + random.nextInt(40);
    Set<Instant> taken = new HashSet<>();
    for (int i = 0; i < count; i++) {
      Instant created = at("2026-11-21T10:00").minus(Duration.ofMinutes(random.nextInt(400_000)));
      if (taken.add(created)) {
        Optional<Instant> until =
            random.nextInt(5) == 0
                ? Optional.of(now.plusSeconds(random.nextInt(2_000) - 1_000))
                : Optional.empty();
        points.add(
            new RetainedPoint(
                new UUID(3, i), created, random.nextInt(4) == 0, random.nextInt(9) == 0, until));
      }
    }
  }

  private void requireFullKept(RetainedPoint point, RetentionOutcome outcome) {
    Optional<RetainedPoint> full =
        points.stream()
            .filter(RetainedPoint::full)
            .filter(other -> other.createdAt().isBefore(point.createdAt()))
            .max((a, b) -> a.createdAt().compareTo(b.createdAt()));
    full.ifPresent(
        needed -> assertFalse(outcome.going().contains(needed.id()), "a needed full goes"));
  }
}
