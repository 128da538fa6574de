package io.holdfast.server.retention;

import java.util.Optional;

/** Why retention removes nothing although the rules would let some go. */
public enum HeldBackBy {
  /** The newest backup did not succeed. */
  NEWEST_BACKUP_FAILED,
  /** The newest restore point is in the future. */
  NEWEST_IN_FUTURE,
  /** The newest restore point is much later than all others. */
  CLOCK_MAY_HAVE_LEAPT,
  /** The restore point just made is not the newest by its time. */
  NEW_POINT_NOT_NEWEST,
  /** What a newer agent says. */
  OTHER;

  /** What a pool says, by name; empty: nothing is held back. */
  static Optional<HeldBackBy> of(String name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    for (HeldBackBy reason : values()) {
      if (reason.name().equals(name)) {
        return Optional.of(reason);
      }
    }
    return Optional.of(OTHER);
  }
}
