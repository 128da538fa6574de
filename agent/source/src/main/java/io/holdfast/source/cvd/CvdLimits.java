package io.holdfast.source.cvd;

import java.time.Duration;

/**
 * How long a call of the CVD-SDK may take before it is given up.
 *
 * @param call a read or write
 * @param flush making data durable, zeroing
 * @param opening beyond the connect time-out that the SDK itself is given
 * @param close ending a disk
 * @param hanging so many calls of the process may hang before no disk is opened any more
 */
record CvdLimits(Duration call, Duration flush, Duration opening, Duration close, int hanging) {

  /** What is used: below the 120 s after which a span's reads are given up. */
  static CvdLimits standard() {
    return new CvdLimits(
        Duration.ofSeconds(100),
        Duration.ofMinutes(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        16);
  }
}
