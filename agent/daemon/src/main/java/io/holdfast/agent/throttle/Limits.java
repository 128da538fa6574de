package io.holdfast.agent.throttle;

/**
 * The limits of a session.
 *
 * @param transfer bytes on their way between backup host and pool, as they are stored (OPT-10)
 * @param disk plain bytes read from the disk by a backup, or written by a restore (OPT-11)
 */
public record Limits(RateSchedule transfer, RateSchedule disk) {
  /** No limits. */
  public static final Limits NONE = new Limits(RateSchedule.NONE, RateSchedule.NONE);
}
