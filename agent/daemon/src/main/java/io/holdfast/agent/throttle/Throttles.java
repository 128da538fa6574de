package io.holdfast.agent.throttle;

import java.util.HashMap;
import java.util.Map;

/**
 * The limiters of this process. Sessions that name the same one share it; it lives as long as one
 * of them does, and the limits set last hold for all of them. Thread-safe.
 */
public final class Throttles {
  private final ThrottleTime time;
  private final Map<String, Shared> shared = new HashMap<>();

  public Throttles(ThrottleTime time) {
    this.time = time;
  }

  /** A pair of limiters and who uses it. */
  private static final class Shared {
    private final Throttle transfer;
    private final Throttle disk;
    private int users;

    private Shared(Limits limits, ThrottleTime time) {
      transfer = new Throttle(limits.transfer(), time);
      disk = new Throttle(limits.disk(), time);
    }
  }

  /**
   * A session's use of limiters; closing it gives them back.
   *
   * @param name by which sessions share, a job's id for example; a session's own id for none
   */
  public synchronized Pace join(String name, Limits limits) {
    Shared pair = shared.get(name);
    if (pair == null) {
      pair = new Shared(limits, time);
      shared.put(name, pair);
    } else {
      pair.transfer.limit(limits.transfer());
      pair.disk.limit(limits.disk());
    }
    pair.users++;
    return new Pace(pair.transfer, pair.disk, () -> leave(name));
  }

  private synchronized void leave(String name) {
    Shared pair = shared.get(name);
    pair.users--;
    if (pair.users == 0) {
      shared.remove(name);
    }
  }
}
