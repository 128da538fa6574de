package io.holdfast.agent.throttle;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.stream.Stream;

/**
 * What rate holds when. Where windows overlap the lowest rate holds.
 *
 * @param windows in any order
 * @param otherwise bytes per second outside all windows; {@link #UNLIMITED}, or 0 for nothing
 * @param zone whose clock the windows are meant by
 */
public record RateSchedule(List<RateWindow> windows, long otherwise, ZoneId zone) {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** No limit at any time. */
  public static final RateSchedule NONE = always(UNLIMITED);

  public RateSchedule {
    windows = List.copyOf(windows);
    if (otherwise < 0) {
      throw new IllegalArgumentException("a rate of " + otherwise);
    }
  }

  /** The same rate at all times, bytes per second. */
  public static RateSchedule always(long bytesPerSecond) {
    return new RateSchedule(List.of(), bytesPerSecond, ZoneId.of("UTC"));
  }

  /** Whether it never limits anything. */
  public boolean isUnlimited() {
    return otherwise == UNLIMITED && windows.isEmpty();
  }

  /** Bytes per second at an instant, {@link #UNLIMITED} for no limit. */
  public long rateAt(Instant instant) {
    if (windows.isEmpty()) {
      return otherwise;
    }
    ZonedDateTime time = instant.atZone(zone);
    return windows.stream()
        .filter(window -> window.covers(time.toLocalDateTime()))
        .mapToLong(RateWindow::bytesPerSecond)
        .min()
        .orElse(otherwise);
  }

  /**
   * The first instant after this one at which another rate may hold; {@link Instant#MAX}: never.
   */
  public Instant nextChange(Instant after) {
    ZonedDateTime time = after.atZone(zone);
    return windows.stream()
        .flatMap(window -> Stream.of(window.from(), window.to()))
        .map(bound -> next(time, bound))
        .min(Instant::compareTo)
        .orElse(Instant.MAX);
  }

  private static Instant next(ZonedDateTime after, LocalTime bound) {
    Instant today = after.with(bound).toInstant();
    return today.isAfter(after.toInstant()) ? today : after.plusDays(1).with(bound).toInstant();
  }
}
