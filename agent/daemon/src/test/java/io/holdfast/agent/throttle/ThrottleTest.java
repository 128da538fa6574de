package io.holdfast.agent.throttle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SpeedLimit;
import io.holdfast.agent.protocol.SpeedWindow;
import io.holdfast.agent.protocol.TransferLimits;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("OPT-10")
@Tag("OPT-11")
class ThrottleTest {
  private static final long MIB = 1 << 20;
  // A Saturday.
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private final VirtualTime time = new VirtualTime(NOON);

  /** Keeps a few requests waiting at a limiter, as a stream does, and counts what passed. */
  private static final class Flow {
    private final Throttle throttle;
    private final Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    private long passed;

    private Flow(Throttle throttle) {
      this.throttle = throttle;
    }

    private void run(VirtualTime time, double seconds) {
      for (int step = 0; step < seconds * 1000; step++) {
        while (!underWay.isEmpty() && underWay.peek().isDone()) {
          underWay.remove();
        }
        while (underWay.size() < 4) {
          int unit = throttle.unitBytes((int) MIB);
          underWay.add(throttle.pass(unit).thenRun(() -> passed += unit));
        }
        time.pass(0.001);
      }
    }
  }

  private static RateWindow window(String from, String to, long rate, DayOfWeek... days) {
    return new RateWindow(Set.of(days), LocalTime.parse(from), LocalTime.parse(to), rate);
  }

  private static RateSchedule schedule(long otherwise, RateWindow... windows) {
    return new RateSchedule(List.of(windows), otherwise, ZoneOffset.UTC);
  }

  private static void assertNear(double expected, double actual) {
    assertTrue(Math.abs(actual - expected) <= 0.05 * expected, expected + " but " + actual);
  }

  @ParameterizedTest
  @ValueSource(longs = {MIB / 4, MIB, 40 * MIB, 500 * MIB, 4096 * MIB})
  void passesItsRateOverTenSeconds(long rate) {
    Flow flow = new Flow(new Throttle(RateSchedule.always(rate), time));
    flow.run(time, 10);
    // 4 requests of 1 MiB a millisecond are all that this flow asks for.
    assertNear(10.0 * Math.min(rate, 4000 * MIB), flow.passed);
  }

  @Test
  void streamsThatShareItGetItsRateTogether() {
    Throttle throttle = new Throttle(RateSchedule.always(8 * MIB), time);
    Flow one = new Flow(throttle);
    Flow two = new Flow(throttle);
    for (int i = 0; i < 100; i++) {
      one.run(time, 0.05);
      two.run(time, 0.05);
    }
    assertNear(80.0 * MIB, one.passed + two.passed);
    assertTrue(one.passed > 20 * MIB && two.passed > 20 * MIB, one.passed + " " + two.passed);
  }

  @Test
  void changesItsRateAtTheWindowsBounds() {
    Throttle throttle = new Throttle(schedule(10 * MIB, window("12:00:05", "12:00:15", MIB)), time);
    Flow flow = new Flow(throttle);
    flow.run(time, 10);
    assertNear(55.0 * MIB, flow.passed);
    flow.run(time, 10);
    assertNear(110.0 * MIB, flow.passed);
  }

  @Test
  void aRateOfZeroHoldsForAsLongAsItLasts() {
    Throttle throttle = new Throttle(schedule(MIB, window("12:00:02", "20:00:00", 0)), time);
    Flow flow = new Flow(throttle);
    flow.run(time, 2);
    flow.run(time, 1);
    long held = flow.passed;
    assertNear(2.0 * MIB, held);
    time.pass(7 * 3600);
    flow.run(time, 1);
    assertEquals(held, flow.passed);
    assertFalse(throttle.hasRoom());
    time.pass(3600 - 5);
    flow.run(time, 10);
    assertTrue(flow.passed > held + 8 * MIB, flow.passed + " after " + held);
  }

  @Test
  void anotherLimitHoldsAtOnceAlsoForWhatWaits() {
    Throttle throttle = new Throttle(RateSchedule.always(0), time);
    CompletableFuture<Void> first = throttle.pass(MIB);
    CompletableFuture<Void> second = throttle.pass(MIB);
    time.pass(100);
    assertFalse(first.isDone());
    throttle.limit(RateSchedule.always(MIB));
    time.pass(0.1);
    assertTrue(first.isDone());
    assertFalse(second.isDone());
    throttle.limit(RateSchedule.NONE);
    assertTrue(second.isDone());
    assertTrue(throttle.isOpen());
  }

  @Test
  void whatWasNotUsedIsNotSavedUp() {
    Throttle throttle = new Throttle(RateSchedule.always(MIB), time);
    time.pass(3600);
    Flow flow = new Flow(throttle);
    flow.run(time, 10);
    assertNear(10.0 * MIB, flow.passed);
  }

  @Test
  void aCorrectionIsPaidBeforeTheNextPasses() {
    Throttle throttle = new Throttle(RateSchedule.always(MIB), time);
    assertTrue(passesWithin(throttle, 0.1));
    throttle.correct(5 * MIB);
    CompletableFuture<Void> next = throttle.pass(1);
    time.pass(4.5);
    assertFalse(next.isDone());
    time.pass(1);
    assertTrue(next.isDone());
  }

  private boolean passesWithin(Throttle throttle, double seconds) {
    CompletableFuture<Void> passed = throttle.pass(1);
    time.pass(seconds);
    return passed.isDone();
  }

  @Test
  void aSlowOrHeldSessionTakesNoMoreMemoryThanItCanUse() {
    Throttles throttles = new Throttles(time);
    Limits limits = new Limits(RateSchedule.NONE, RateSchedule.always(4 * MIB));
    try (Pace pace = throttles.join("job", limits)) {
      Pace.Admission first = pace.admit(4 * MIB, false).orElseThrow();
      assertEquals(Optional.empty(), pace.admit(4 * MIB, false));
      first.close();
      first.close();
      assertTrue(pace.admit(MIB, false).isPresent());
      pace.limit(new Limits(RateSchedule.NONE, RateSchedule.always(0)));
      assertEquals(Optional.empty(), pace.admit(1, false));
    }
  }

  @Test
  void closingASessionFailsWhatItHasWaitingAndNothingElse() {
    Throttles throttles = new Throttles(time);
    Limits limits = new Limits(RateSchedule.always(0), RateSchedule.NONE);
    Pace one = throttles.join("job", limits);
    try (Pace two = throttles.join("job", limits)) {
      CompletableFuture<Void> ofOne = one.pass(MIB, MIB);
      CompletableFuture<Void> ofTwo = two.pass(MIB, MIB);
      assertTrue(one.isHolding());
      one.close();
      CompletionException failed = assertThrows(CompletionException.class, ofOne::join);
      assertEquals(ErrorCode.SESSION_NOT_OPEN, ((BackupException) failed.getCause()).code());
      assertFalse(ofTwo.isDone());
      two.limit(new Limits(RateSchedule.always(MIB), RateSchedule.NONE));
      time.pass(0.1);
      assertTrue(ofTwo.isDone());
    }
  }

  @Test
  void theGuessOfAStreamFollowsWhatItsBytesComeTo() {
    Throttles throttles = new Throttles(time);
    Limits limits = new Limits(RateSchedule.always(MIB), RateSchedule.NONE);
    try (Pace pace = throttles.join("job", limits)) {
      StreamPace stream = new StreamPace(pace);
      long stored = 0;
      double end = 0;
      while (end < 60) {
        long guess = stream.guess(MIB / 16);
        CompletableFuture<Void> passed = stream.pass(MIB / 16, guess);
        for (; !passed.isDone(); end += 0.001) {
          time.pass(0.001);
        }
        stream.settle(MIB / 16, guess, MIB / 64);
        stored += MIB / 64;
      }
      assertNear(60.0 * MIB, stored);
    }
  }

  @Test
  void windowsOverMidnightBelongToTheDayTheyBeginOn() {
    RateSchedule nights =
        schedule(RateSchedule.UNLIMITED, window("22:00", "06:00", MIB, DayOfWeek.SATURDAY));
    assertEquals(RateSchedule.UNLIMITED, nights.rateAt(Instant.parse("2026-11-21T05:00:00Z")));
    assertEquals(MIB, nights.rateAt(Instant.parse("2026-11-21T22:00:00Z")));
    assertEquals(MIB, nights.rateAt(Instant.parse("2026-11-22T05:59:59Z")));
    assertEquals(RateSchedule.UNLIMITED, nights.rateAt(Instant.parse("2026-11-22T06:00:00Z")));
    assertEquals(RateSchedule.UNLIMITED, nights.rateAt(Instant.parse("2026-11-22T22:30:00Z")));
    assertEquals(Instant.parse("2026-11-21T22:00:00Z"), nights.nextChange(NOON));
    assertEquals(Instant.MAX, RateSchedule.NONE.nextChange(NOON));
  }

  @Test
  void whereWindowsOverlapTheLowestRateHolds() {
    RateSchedule both =
        schedule(
            100,
            window("00:00", "00:00", 50),
            window("12:00", "13:00", 7),
            window("12:30", "14:00", 9));
    assertEquals(7, both.rateAt(NOON.plusSeconds(1900)));
    assertEquals(9, both.rateAt(NOON.plusSeconds(3700)));
    assertEquals(50, both.rateAt(NOON.plusSeconds(9000)));
  }

  @Test
  void readsWhatTheServerSends() {
    TransferLimits sent =
        TransferLimits.newBuilder()
            .setDisk(
                SpeedLimit.newBuilder()
                    .setTimeZone("Asia/Shanghai")
                    .addWindows(
                        SpeedWindow.newBuilder()
                            .addWeekdays(6)
                            .setFromMinute(20 * 60)
                            .setToMinute(24 * 60)
                            .setBytesPerSecond(0)))
            .build();
    Limits limits = SpeedLimits.read(sent);
    assertTrue(limits.transfer().isUnlimited());
    assertEquals(ZoneId.of("Asia/Shanghai"), limits.disk().zone());
    assertEquals(0, limits.disk().rateAt(NOON));
    assertEquals(RateSchedule.UNLIMITED, limits.disk().rateAt(NOON.plusSeconds(4 * 3600)));
    TransferLimits wrong =
        sent.toBuilder().setDisk(sent.getDisk().toBuilder().setTimeZone("Nowhere/At-all")).build();
    assertEquals(
        ErrorCode.INVALID_VALUE,
        assertThrows(BackupException.class, () -> SpeedLimits.read(wrong)).code());
  }
}
