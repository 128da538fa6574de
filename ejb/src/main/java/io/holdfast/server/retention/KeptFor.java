package io.holdfast.server.retention;

import java.util.List;

/** Why a restore point stays, as its pool says. */
public enum KeptFor {
  /** The newest one always stays. */
  NEWEST,
  /** There is no rule. */
  NO_RULE,
  /** Within the days, weeks, months or number of the rule. */
  RULE,
  /** The newest of a day that is kept. */
  DAILY,
  /** The newest of a week that is kept. */
  WEEKLY,
  /** The newest of a month that is kept. */
  MONTHLY,
  /** The newest of a year that is kept. */
  YEARLY,
  /** The full backup that a kept one began from. */
  FULL_OF_KEPT,
  /** Protected by hand. */
  PROTECTED,
  /** Its immutable period has not ended. */
  IMMUTABLE,
  /** Nothing goes now. */
  HELD_BACK,
  /** A restore waits for it. */
  SPARED,
  /** Its manifest is damaged: nobody can say what it is. */
  DAMAGED,
  /** What a newer agent says. */
  OTHER;

  /** What a pool says, by name. */
  public static List<KeptFor> of(List<String> names) {
    return names.stream().map(KeptFor::of).distinct().toList();
  }

  private static KeptFor of(String name) {
    for (KeptFor reason : values()) {
      if (reason.name().equals(name)) {
        return reason;
      }
    }
    return OTHER;
  }
}
