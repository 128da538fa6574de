package io.holdfast.server.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SpeedLimit;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-10")
@Tag("OPT-11")
class SpeedLimitsTest {
  private static final long MIB = 1 << 20;

  private static SpeedWindow window(String from, String to, long rate, DayOfWeek... days) {
    return new SpeedWindow(Set.of(days), LocalTime.parse(from), LocalTime.parse(to), rate);
  }

  private static SpeedSchedule schedule(SpeedWindow... windows) {
    return new SpeedSchedule(List.of(windows), Rates.UNLIMITED);
  }

  /** A moment of a week that begins on Monday, 2026-11-16. */
  private static ZonedDateTime at(int dayOfWeek, String time) {
    return LocalDateTime.parse("2026-11-" + (15 + dayOfWeek) + "T" + time)
        .atZone(ZoneId.systemDefault());
  }

  @Test
  void theLowestRateOfTheWindowsInForceHolds() {
    SpeedSchedule schedule =
        schedule(
            window("08:00", "18:00", 10 * MIB),
            window("12:00", "13:00", MIB, DayOfWeek.MONDAY),
            window("22:00", "06:00", 0, DayOfWeek.SUNDAY));
    assertEquals(Rates.UNLIMITED, schedule.rateAt(at(1, "07:59:59")));
    assertEquals(10 * MIB, schedule.rateAt(at(1, "08:00:00")));
    assertEquals(MIB, schedule.rateAt(at(1, "12:30:00")));
    assertEquals(10 * MIB, schedule.rateAt(at(2, "12:30:00")));
    assertEquals(Rates.UNLIMITED, schedule.rateAt(at(2, "18:00:00")));
    assertEquals(0, schedule.rateAt(at(7, "23:00:00")));
    assertEquals(0, schedule.rateAt(at(1, "05:59:00")), "it lasts over midnight");
    assertEquals(Rates.UNLIMITED, schedule.rateAt(at(2, "05:59:00")));
  }

  @Test
  void theNextChangeIsOfTheRateNotOfAWindow() {
    SpeedSchedule schedule =
        schedule(window("08:00", "12:00", MIB), window("12:00", "18:00", MIB, DayOfWeek.FRIDAY));
    assertEquals(Optional.of(at(1, "08:00:00")), schedule.nextChange(at(1, "01:00:00")));
    assertEquals(Optional.of(at(1, "12:00:00")), schedule.nextChange(at(1, "08:00:00")));
    assertEquals(Optional.of(at(5, "18:00:00")), schedule.nextChange(at(5, "08:00:00")));
    assertEquals(Optional.empty(), SpeedSchedule.NONE.nextChange(at(1, "08:00:00")));
    assertEquals(
        Optional.empty(), schedule(window("00:00", "00:00", MIB)).nextChange(at(1, "08:00:00")));
    SpeedSchedule weekly = schedule(window("08:00", "09:00", 0, DayOfWeek.MONDAY));
    assertEquals(Optional.of(at(1, "08:00:00").plusDays(7)), weekly.nextChange(at(1, "09:00:00")));
  }

  @Test
  void whatIsHeldSaysUntilWhen() {
    SpeedLimits limits =
        new SpeedLimits(
            schedule(window("08:00", "12:00", 0), window("12:00", "13:00", MIB)),
            schedule(window("10:00", "14:00", 0)));
    SpeedInForce early = SpeedInForce.of(limits, at(1, "09:00:00").toInstant());
    assertTrue(early.isHeld());
    assertEquals(Optional.of(at(1, "10:00:00").toInstant()), early.nextChange());
    assertEquals(Optional.of(at(1, "14:00:00").toInstant()), early.heldUntil());
    SpeedInForce late = SpeedInForce.of(limits, at(1, "15:00:00").toInstant());
    assertFalse(late.isHeld() || late.isLimited());
    SpeedInForce forever = SpeedInForce.of(SpeedLimits.always(0, Rates.UNLIMITED), Instant.EPOCH);
    assertTrue(forever.isHeld() && forever.isLimited());
    assertEquals(Optional.empty(), forever.heldUntil());
    SpeedLimits never =
        new SpeedLimits(
            schedule(window("08:00", "20:00", 0)), schedule(window("20:00", "08:00", 0)));
    assertEquals(
        Optional.empty(), SpeedInForce.of(never, at(1, "09:00:00").toInstant()).heldUntil());
  }

  @Test
  void overlapsAreFoundAlsoOverMidnightAndTheWeeksEnd() {
    SpeedWindow night = window("22:00", "06:00", MIB, DayOfWeek.SUNDAY);
    assertTrue(night.overlaps(window("05:00", "07:00", MIB, DayOfWeek.MONDAY)));
    assertFalse(night.overlaps(window("06:00", "07:00", MIB, DayOfWeek.MONDAY)));
    assertFalse(night.overlaps(window("05:00", "06:00", MIB, DayOfWeek.SUNDAY)));
    assertTrue(window("00:00", "00:00", MIB).overlaps(night));
    assertEquals(
        List.of(new SpeedSchedule.Overlap(0, 2)),
        schedule(
                window("08:00", "12:00", MIB),
                window("12:00", "13:00", MIB),
                window("11:59", "12:00", MIB))
            .overlaps());
  }

  @Test
  void theTextKeepsEverything() {
    SpeedLimits limits =
        new SpeedLimits(
            new SpeedSchedule(
                List.of(
                    window("22:00", "06:00", 0, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY),
                    window("08:00", "00:00", 3 * MIB)),
                2 * MIB),
            SpeedSchedule.NONE);
    assertEquals("67,22:00,06:00,0;,08:00,00:00,3145728;*,2097152|", limits.text());
    assertEquals(limits, SpeedLimits.parse(limits.text()));
    assertEquals(SpeedLimits.NONE, SpeedLimits.parse(""));
    assertEquals(SpeedLimits.NONE, SpeedLimits.parse(SpeedLimits.NONE.text()));
    SpeedSchedule most = widest();
    assertTrue(new SpeedLimits(most, most).text().length() < 3000, "the column's length");
  }

  private static SpeedSchedule widest() {
    return new SpeedSchedule(
        Collections.nCopies(20, window("22:00", "06:00", 1L << 40, DayOfWeek.values())), 1L << 40);
  }

  @Test
  void theAgentIsToldTheSame() {
    SpeedLimit limit =
        new SpeedSchedule(List.of(window("22:30", "00:00", 0, DayOfWeek.SATURDAY)), Rates.UNLIMITED)
            .toProtocol("Asia/Shanghai");
    assertEquals("Asia/Shanghai", limit.getTimeZone());
    assertFalse(limit.hasOtherwiseBytesPerSecond());
    assertEquals(List.of(6), limit.getWindows(0).getWeekdaysList());
    assertEquals(22 * 60 + 30, limit.getWindows(0).getFromMinute());
    assertEquals(0, limit.getWindows(0).getToMinute());
    assertEquals(0, limit.getWindows(0).getBytesPerSecond());
    assertEquals(
        0, SpeedSchedule.always(0).toProtocol("UTC").getOtherwiseBytesPerSecond(), "held always");
    assertTrue(SpeedSchedule.always(0).toProtocol("UTC").hasOtherwiseBytesPerSecond());
  }

  @Test
  void ratesAndNumbersOfWindowsAreChecked() {
    for (long rate : new long[] {-1, 1, 1023, (1L << 40) + 1}) {
      BackupException refused =
          assertThrows(BackupException.class, () -> window("08:00", "09:00", rate));
      assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    }
    List<SpeedWindow> many = new ArrayList<>(widest().windows());
    many.add(window("08:00", "09:00", MIB));
    BackupException refused =
        assertThrows(BackupException.class, () -> new SpeedSchedule(many, Rates.UNLIMITED));
    assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, refused.code());
    assertEquals("20", refused.parameters().get("max"));
  }

  @Test
  void aRateReadsAsPeopleSayIt() {
    assertEquals("10 MiB/s", Rates.text(10 * MIB));
    assertEquals("1536 KiB/s", Rates.text(MIB * 3 / 2));
    assertEquals("1024 GiB/s", Rates.text(1L << 40));
    assertEquals("0", Rates.text(0));
    assertEquals("∞", Rates.text(Rates.UNLIMITED));
  }
}
