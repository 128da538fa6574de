package io.holdfast.server.policy;

/**
 * What is tried again.
 *
 * @param times how often the failed VMs of a run are backed up again (OPT-14)
 * @param minutes pause before each of these, of no effect with 0 times
 * @param platformRequests how often a request to the platform that failed in passing is repeated,
 *     with growing pauses (OPT-15)
 * @throws io.holdfast.error.BackupException VALUE_OUT_OF_RANGE naming field, value and range
 */
public record Retries(int times, int minutes, int platformRequests) {
  public Retries {
    OptionRange.RETRY_TIMES.check(times);
    OptionRange.RETRY_MINUTES.check(minutes);
    OptionRange.PLATFORM_RETRIES.check(platformRequests);
  }

  /** What a new policy starts with. */
  public static Retries preset() {
    return new Retries(
        OptionRange.RETRY_TIMES.preset(),
        OptionRange.RETRY_MINUTES.preset(),
        OptionRange.PLATFORM_RETRIES.preset());
  }
}
