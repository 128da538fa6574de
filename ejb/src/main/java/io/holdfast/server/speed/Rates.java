package io.holdfast.server.speed;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/** Rates in bytes per second. */
public final class Rates {
  /** No limit. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** The lowest that lets anything pass: 1 KiB/s. */
  public static final long MIN = 1L << 10;

  /** The highest: 1 TiB/s. */
  public static final long MAX = 1L << 40;

  private static final String[] UNITS = {"KiB/s", "MiB/s", "GiB/s"};

  private Rates() {}

  /** A rate for logs, the same in every language: "10 MiB/s", "0", "∞". */
  public static String text(long bytesPerSecond) {
    if (bytesPerSecond == UNLIMITED) {
      return "∞";
    }
    int unit = 0;
    long kib = bytesPerSecond >> 10;
    while (kib > 0 && kib % 1024 == 0 && unit < UNITS.length - 1) {
      kib >>= 10;
      unit++;
    }
    return bytesPerSecond == 0 ? "0" : kib + " " + UNITS[unit];
  }

  /**
   * A rate as a person may give it.
   *
   * @throws BackupException INVALID_VALUE unless it is 0 or from {@link #MIN} to {@link #MAX}
   */
  public static long check(long bytesPerSecond) {
    if (bytesPerSecond != 0 && (bytesPerSecond < MIN || bytesPerSecond > MAX)) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "limits.bytesPerSecond",
          "value",
          bytesPerSecond,
          "expected",
          "0, " + MIN + "-" + MAX);
    }
    return bytesPerSecond;
  }
}
