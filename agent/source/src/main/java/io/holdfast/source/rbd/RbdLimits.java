package io.holdfast.source.rbd;

import java.time.Duration;

/**
 * How long librbd may take before it is not waited for any more. Its own time-outs, those of the
 * access, end nearly everything before.
 *
 * @param beyondOperation what a request may take beyond the cluster's time-out for one operation
 * @param opening what opening may take beyond connecting
 * @param close ending a disk
 * @param drain how long requests are waited for before their handles are left to the process
 * @param hanging so many requests of the process may hang before no disk is opened any more
 */
record RbdLimits(
    Duration beyondOperation, Duration opening, Duration close, Duration drain, int hanging) {

  static RbdLimits standard() {
    return new RbdLimits(
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofSeconds(60),
        Duration.ofMinutes(15),
        64);
  }
}
