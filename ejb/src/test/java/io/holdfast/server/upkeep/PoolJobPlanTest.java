package io.holdfast.server.upkeep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.server.pool.PoolId;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When pool jobs run by themselves, and what they are told. */
@Tag("POOL-10")
class PoolJobPlanTest {
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

  /** A Saturday, 11:00 in Shanghai. */
  private static final Instant NOW = Instant.parse("2026-11-21T03:00:00Z");

  private static PoolJobPlan.Settings at(int hour, DayOfWeek... days) {
    return new PoolJobPlan.Settings(true, Set.of(days), hour * 60, PoolJobWork.preset());
  }

  @Test
  void theLastTimeIsByTheServersPlaceAndOnTheDaysOfThePlan() {
    assertEquals(Instant.parse("2026-11-20T19:00:00Z"), PoolJobPlan.lastTime(at(3), NOW, SHANGHAI));
    assertEquals(
        Instant.parse("2026-11-20T15:00:00Z"), PoolJobPlan.lastTime(at(23), NOW, SHANGHAI));
    assertEquals(NOW, PoolJobPlan.lastTime(at(11), NOW, SHANGHAI));
    assertEquals(
        Instant.parse("2026-11-14T21:00:00Z"),
        PoolJobPlan.lastTime(at(5, DayOfWeek.SUNDAY), NOW, SHANGHAI));
  }

  @Test
  void aPlanIsDueOnceForEachOfItsTimesAndNeverForThoseBeforeItWasMade() {
    PoolJobPlan plan = new PoolJobPlan(PoolId.random(), PoolJobKind.GARBAGE, at(12), NOW);
    assertFalse(plan.takeDue(NOW.plus(Duration.ofMinutes(59)), SHANGHAI));
    assertTrue(plan.takeDue(NOW.plus(Duration.ofMinutes(60)), SHANGHAI));
    assertFalse(plan.takeDue(NOW.plus(Duration.ofMinutes(61)), SHANGHAI));
    assertTrue(plan.takeDue(NOW.plus(Duration.ofDays(3)), SHANGHAI), "missed while away: once");
    assertFalse(plan.takeDue(NOW.plus(Duration.ofDays(3)), SHANGHAI));
    plan.define(
        new PoolJobPlan.Settings(false, Set.of(), 0, PoolJobWork.preset()),
        NOW.plus(Duration.ofDays(3)));
    assertFalse(plan.takeDue(NOW.plus(Duration.ofDays(9)), SHANGHAI), "switched off");
  }

  @Test
  void aPlanThatWasLookedAtWhileTheClockWasAheadIsDueAtItsNextTime() {
    Instant ahead = NOW.plus(Duration.ofDays(365));
    PoolJobPlan plan = new PoolJobPlan(PoolId.random(), PoolJobKind.GARBAGE, at(12), ahead);
    assertFalse(plan.takeDue(NOW, SHANGHAI), "what was due before is not made up for");
    assertFalse(plan.takeDue(NOW.plus(Duration.ofMinutes(59)), SHANGHAI));
    assertTrue(plan.takeDue(NOW.plus(Duration.ofMinutes(60)), SHANGHAI));
  }

  @Test
  void whatAPlanSaysSurvivesItsColumn() {
    PoolJobPlan.Settings said =
        new PoolJobPlan.Settings(
            true,
            Set.of(DayOfWeek.MONDAY, DayOfWeek.SUNDAY),
            1439,
            new PoolJobWork(true, 95, 3, 7, 30, true, 90));
    assertEquals(said, new PoolJobPlan(PoolId.random(), PoolJobKind.VERIFY, said, NOW).settings());
  }

  @Test
  void aVerificationThatWasLostGoesOnInsteadOfBeginningAnew() {
    PoolJobWork all = PoolJobWork.preset();
    assertEquals(0, all.toVerify(Duration.ZERO).getNotVerifiedForSeconds());
    assertEquals(600, all.toVerify(Duration.ofMinutes(10)).getNotVerifiedForSeconds());
    PoolJobWork month = new PoolJobWork(false, 50, 64, 100, 30, false, 0);
    assertEquals(30 * 86_400, month.toVerify(Duration.ZERO).getNotVerifiedForSeconds());
    assertEquals(600, month.toVerify(Duration.ofMinutes(10)).getNotVerifiedForSeconds());
  }

  @Test
  void workOutOfRangeIsRefused() {
    assertThrows(BackupException.class, () -> new PoolJobWork(false, 96, 1, 1, 0, false, 0));
    assertThrows(BackupException.class, () -> new PoolJobWork(false, 0, 0, 1, 0, false, 0));
    assertThrows(BackupException.class, () -> new PoolJobWork(false, 0, 1, 0, 0, false, 0));
    assertThrows(
        BackupException.class,
        () -> new PoolJobPlan.Settings(true, Set.of(), 1440, PoolJobWork.preset()));
  }
}
