package io.holdfast.source;

import java.time.Duration;

/**
 * Frees what a library holds, which may hang in it: on a thread of its own, and nobody waits for it
 * for ever. Immutable, thread-safe.
 *
 * @param name the thread's name
 * @param limit how long is waited
 */
public record LimitedClosing(String name, Duration limit) {

  /**
   * @param wait false when the caller is one of those that {@code free} waits for
   * @return false when it goes on although the limit is over, or the caller was interrupted
   */
  public boolean close(Runnable free, boolean wait) {
    Thread freeing = new Thread(free, name);
    freeing.setDaemon(true);
    freeing.start();
    if (!wait) {
      return true;
    }
    try {
      freeing.join(limit.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return !freeing.isAlive();
  }
}
