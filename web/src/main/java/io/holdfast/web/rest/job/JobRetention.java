package io.holdfast.web.rest.job;

import io.holdfast.server.policy.Retention;
import io.holdfast.server.policy.RetentionUnit;
import io.holdfast.web.rest.Required;

/**
 * How long a job's restore points stay (POOL-09, POOL-10); what is left out is 0, a unit left out
 * is NONE: everything stays.
 *
 * @param unit NONE, DAYS, WEEKS, MONTHS or COUNT
 * @param keep 0…64 besides the running one
 * @param daily newest of so many days, 0…64; weekly, monthly, yearly likewise
 * @param immutableDays nobody can delete a restore point so many days, 0…3650
 */
public record JobRetention(
    String unit,
    Integer keep,
    Integer daily,
    Integer weekly,
    Integer monthly,
    Integer yearly,
    Integer immutableDays) {

  static JobRetention of(Retention retention) {
    return new JobRetention(
        retention.unit().name(),
        retention.keep(),
        retention.periods().daily(),
        retention.periods().weekly(),
        retention.periods().monthly(),
        retention.periods().yearly(),
        retention.immutableDays());
  }

  Retention checked() {
    return new Retention(
        Required.choice("unit", unit, RetentionUnit.class, RetentionUnit.NONE),
        number(keep),
        new Retention.Periods(number(daily), number(weekly), number(monthly), number(yearly)),
        number(immutableDays));
  }

  private static int number(Integer given) {
    return given == null ? 0 : given;
  }
}
