package io.holdfast.server.settings;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * A whole number that an environment variable may change within its range. What is no number of the
 * range is said in the log, and the preset counts: a typing error must not keep backups from
 * running. Immutable.
 *
 * @param variable name of the environment variable
 * @param preset when the variable is not set
 * @param min smallest value
 * @param max largest value
 */
public record IntegerSetting(String variable, int preset, int min, int max) {
  private static final Logger LOG = System.getLogger(IntegerSetting.class.getName());

  /** The value of this installation. */
  public int value() {
    return of(System.getenv(variable));
  }

  /** The value when the variable holds {@code text}; null: not set. */
  public int of(String text) {
    if (text == null || text.isBlank()) {
      return preset;
    }
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException noNumber) {
      LOG.log(Level.DEBUG, "{0} is no number", variable);
    }
    LOG.log(
        Level.WARNING,
        "{0}={1} is not a number from {2} to {3}; {4} counts",
        variable,
        text,
        Integer.toString(min),
        Integer.toString(max),
        Integer.toString(preset));
    return preset;
  }
}
