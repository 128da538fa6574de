package io.holdfast.server.policy;

import io.holdfast.agent.protocol.RetentionRules;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.ZoneId;
import java.util.Objects;

/**
 * How long a job's restore points stay (POOL-09, POOL-10). With neither a rule nor periods all of
 * them stay.
 *
 * @param unit what the rule counts; NONE: no rule
 * @param keep how many units besides the running one, 0…64
 * @param periods kept besides
 * @param immutableDays nobody can delete a restore point so many days from its snapshot on, 0…3650;
 *     0: no such period
 */
public record Retention(RetentionUnit unit, int keep, Periods periods, int immutableDays) {
  /** The largest number of a rule. */
  public static final int MAX_KEEP = 64;

  /** The longest immutable period. */
  public static final int MAX_IMMUTABLE_DAYS = 3650;

  /** Everything stays, as in jobs made before there was retention. */
  public static final Retention KEEP_ALL =
      new Retention(RetentionUnit.NONE, 0, new Periods(0, 0, 0, 0), 0);

  /**
   * Grandfather, father, son: of each of so many latest days, weeks, months and years that have
   * restore points the newest one stays, 0…64 each.
   */
  public record Periods(int daily, int weekly, int monthly, int yearly) {
    /**
     * @throws BackupException VALUE_OUT_OF_RANGE naming the field
     */
    public Periods {
      requireInRange("daily", daily, MAX_KEEP);
      requireInRange("weekly", weekly, MAX_KEEP);
      requireInRange("monthly", monthly, MAX_KEEP);
      requireInRange("yearly", yearly, MAX_KEEP);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
      return daily == 0 && weekly == 0 && monthly == 0 && yearly == 0;
    }
  }

  /**
   * @throws BackupException VALUE_OUT_OF_RANGE naming the field
   */
  public Retention {
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(periods, "periods");
    requireInRange("keep", keep, MAX_KEEP);
    requireInRange("immutableDays", immutableDays, MAX_IMMUTABLE_DAYS);
  }

  private static void requireInRange(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", 0, "max", max);
    }
  }

  /** Whether nothing ever goes. */
  public boolean keepsAll() {
    return unit == RetentionUnit.NONE && periods.isEmpty();
  }

  /** Whether there is nothing to apply after a backup. */
  public boolean isIdle() {
    return keepsAll() && immutableDays == 0;
  }

  /** The same rules with another immutable period, days. */
  public Retention withImmutableDays(int days) {
    return new Retention(unit, keep, periods, days);
  }

  /**
   * Whether these may keep less than other rules; what cannot be compared, as a number with days,
   * may.
   */
  public boolean mayKeepLessThan(Retention other) {
    if (immutableDays < other.immutableDays) {
      return true;
    }
    if (keepsAll()) {
      return false;
    }
    return other.keepsAll()
        || (other.unit != RetentionUnit.NONE && (unit != other.unit || keep < other.keep))
        || periods.daily() < other.periods.daily()
        || periods.weekly() < other.periods.weekly()
        || periods.monthly() < other.periods.monthly()
        || periods.yearly() < other.periods.yearly();
  }

  /** For the audit trail. */
  public String summary() {
    return "%s %d, daily %d, weekly %d, monthly %d, yearly %d, immutable days %d"
        .formatted(
            unit,
            keep,
            periods.daily(),
            periods.weekly(),
            periods.monthly(),
            periods.yearly(),
            immutableDays);
  }

  /** The same in the agent protocol. */
  public RetentionRules toProtocol(ZoneId zone) {
    return RetentionRules.newBuilder()
        .setUnit(unit.toProtocol())
        .setKeep(keep)
        .setDaily(periods.daily())
        .setWeekly(periods.weekly())
        .setMonthly(periods.monthly())
        .setYearly(periods.yearly())
        .setTimeZone(zone.getId())
        .setImmutableDays(immutableDays)
        .build();
  }
}
