package io.holdfast.platform.spi;

import java.time.Duration;

/** Who watches over a guest while a platform freezes it. Called on the thread of the snapshot. */
@FunctionalInterface
public interface FreezeWatch {
  /**
   * The platform has begun; {@link PlatformConnection#thaw} with this word ends it. What it names
   * outlives a crash of the process once this returns. Called again for each repetition.
   */
  void begun(String operation);

  /**
   * After so long the watch thaws the guest. A platform that thaws by itself is given a little
   * more: it does when nobody of us is left.
   */
  default Duration limit() {
    return Duration.ofSeconds(60);
  }
}
