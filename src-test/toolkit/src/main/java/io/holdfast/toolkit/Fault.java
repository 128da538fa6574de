package io.holdfast.toolkit;

import java.time.Duration;
import java.util.Objects;

/**
 * One thing that goes wrong, and where. What {@link #at()} counts is said by the class that applies
 * the fault: bytes of a reply stream ({@link FaultProxy}) or calls ({@link FaultyDiskSource}).
 * Immutable; each method returns a changed copy.
 *
 * <pre>Fault.cut().at(4096)          Fault.delay(Duration.ofMillis(50)).at(0).times(3)</pre>
 *
 * @param kind what happens
 * @param at position from which it happens, from 0
 * @param times how often, from that position on
 * @param pause for DELAY
 */
public record Fault(Kind kind, long at, int times, Duration pause) {
  /** What happens. */
  public enum Kind {
    /** The call is refused and nothing has happened; a stream: connection closed at once. */
    CUT,
    /** It happens, but the answer is lost: the caller sees a lost connection. */
    LOSE_REPLY,
    /** It happens later by {@link Fault#pause()}. */
    DELAY,
    /** Fewer bytes than promised; a stream ends in an orderly way in the middle of a reply. */
    TRUNCATE,
    /** One bit comes out wrong. */
    FLIP_BIT,
    /** Nothing comes any more, and nothing is closed. */
    HANG
  }

  public Fault {
    Objects.requireNonNull(kind);
    if (at < 0 || times < 1) {
      throw new IllegalArgumentException("at " + at + ", times " + times);
    }
  }

  public static Fault cut() {
    return new Fault(Kind.CUT, 0, 1, Duration.ZERO);
  }

  public static Fault loseReply() {
    return new Fault(Kind.LOSE_REPLY, 0, 1, Duration.ZERO);
  }

  public static Fault delay(Duration pause) {
    return new Fault(Kind.DELAY, 0, 1, pause);
  }

  public static Fault truncate() {
    return new Fault(Kind.TRUNCATE, 0, 1, Duration.ZERO);
  }

  public static Fault flipBit() {
    return new Fault(Kind.FLIP_BIT, 0, 1, Duration.ZERO);
  }

  public static Fault hang() {
    return new Fault(Kind.HANG, 0, 1, Duration.ZERO);
  }

  public Fault at(long position) {
    return new Fault(kind, position, times, pause);
  }

  public Fault times(int count) {
    return new Fault(kind, at, count, pause);
  }

  /** Whether the {@code index}-th call (from 0) is struck. */
  public boolean strikes(long index) {
    return index >= at && index - at < times;
  }
}
