package io.holdfast.pool.retention;

import java.time.ZoneId;
import java.util.Optional;

/**
 * What a job keeps. With neither a rule nor periods everything stays.
 *
 * @param rule days, weeks, months or a number
 * @param periods kept besides
 * @param zone whose days, weeks and months count
 */
public record RetentionPolicy(Optional<RetentionRule> rule, PeriodsKept periods, ZoneId zone) {

  /** Whether nothing ever goes. */
  public boolean keepsAll() {
    return rule.isEmpty() && periods.equals(PeriodsKept.NONE);
  }
}
