package io.holdfast.web.console.backup;

import io.holdfast.server.policy.Retention;
import io.holdfast.server.policy.RetentionUnit;
import java.io.Serializable;
import java.util.List;

/** How long restore points stay, as the wizard's form holds it (POOL-09). One thread. */
public class RetentionForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private RetentionUnit unit;
  private int keep;
  private int daily;
  private int weekly;
  private int monthly;
  private int yearly;
  private int immutableDays;

  /** What was stored when the form was opened; null in that one itself. */
  private RetentionForm stored;

  /** Shows rules. */
  static RetentionForm of(Retention retention) {
    RetentionForm form = new RetentionForm(retention);
    form.stored = new RetentionForm(retention);
    return form;
  }

  private RetentionForm(Retention retention) {
    unit = retention.unit();
    keep = retention.keep();
    daily = retention.periods().daily();
    weekly = retention.periods().weekly();
    monthly = retention.periods().monthly();
    yearly = retention.periods().yearly();
    immutableDays = retention.immutableDays();
  }

  /** What was entered; VALUE_OUT_OF_RANGE naming the field. */
  Retention retention() {
    return new Retention(
        unit, keep, new Retention.Periods(daily, weekly, monthly, yearly), immutableDays);
  }

  /** Whether what was entered may keep less than what was stored. */
  public boolean isKeepingLess() {
    return stored != null && retention().mayKeepLessThan(stored.retention());
  }

  public List<RetentionUnit> getUnits() {
    return List.of(RetentionUnit.values());
  }

  /** Whether a number belongs to the rule. */
  public boolean isCounted() {
    return unit != RetentionUnit.NONE;
  }

  /** Whether the newest of days, weeks, months or years stay besides. */
  public boolean isPeriodic() {
    return daily + weekly + monthly + yearly > 0;
  }

  public RetentionUnit getUnit() {
    return unit;
  }

  public void setUnit(RetentionUnit unit) {
    this.unit = unit;
  }

  public int getKeep() {
    return keep;
  }

  public void setKeep(int keep) {
    this.keep = keep;
  }

  public int getDaily() {
    return daily;
  }

  public void setDaily(int daily) {
    this.daily = daily;
  }

  public int getWeekly() {
    return weekly;
  }

  public void setWeekly(int weekly) {
    this.weekly = weekly;
  }

  public int getMonthly() {
    return monthly;
  }

  public void setMonthly(int monthly) {
    this.monthly = monthly;
  }

  public int getYearly() {
    return yearly;
  }

  public void setYearly(int yearly) {
    this.yearly = yearly;
  }

  public int getImmutableDays() {
    return immutableDays;
  }

  public void setImmutableDays(int immutableDays) {
    this.immutableDays = immutableDays;
  }
}
