package io.holdfast.toolkit;

/**
 * The seed of a test's random choices. Fixed unless {@code -Dholdfast.test.seed=<number>} gives
 * another; put {@link #toString()} into assertion messages so that a failure can be repeated.
 *
 * @param value feeds {@link java.util.Random} and {@link SeededBytes}
 */
public record Seed(long value) {
  private static final long DEFAULT = 20_261_121L;

  /** The run's seed. */
  public static Seed ofRun() {
    return new Seed(Long.getLong("holdfast.test.seed", DEFAULT));
  }

  /** Another seed that depends on this one and on {@code salt}. */
  public Seed with(long salt) {
    return new Seed(SeededBytes.mix(value ^ (salt * 0x9E3779B97F4A7C15L)));
  }

  @Override
  public String toString() {
    return "-Dholdfast.test.seed=" + value;
  }
}
