package io.holdfast.agent.transfer;

import java.util.HashSet;
import java.util.Set;

/** One holder per session id at a time; others wait. Thread-safe. */
public final class SessionLocks {
  private final Set<String> held = new HashSet<>();

  /** Waits until nobody else holds the id. */
  public synchronized Held hold(String id) {
    boolean interrupted = false;
    while (held.contains(id)) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    held.add(id);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new Held(id);
  }

  private synchronized void release(String id) {
    held.remove(id);
    notifyAll();
  }

  /** The hold on an id, until it is closed. */
  public final class Held implements AutoCloseable {
    private final String id;

    private Held(String id) {
      this.id = id;
    }

    public String id() {
      return id;
    }

    @Override
    public void close() {
      release(id);
    }
  }
}
