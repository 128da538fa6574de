package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.qemu.GuestAgent;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Freezes and thaws file systems of instances: of a real guest by its agent; of others it is a
 * state here that lets their writes wait. A frozen one thaws by itself when its time is over.
 * Thread-safe.
 */
final class CloudFreezes implements AutoCloseable {
  /** Member of an instance in which a real guest runs. */
  static final String BOOTS = "boots";

  private static final int WRITE_WAIT_SECONDS = 60;
  private static final int THAW_AGAIN_SECONDS = 5;

  private final CloudState state;
  private final CloudGuests guests;
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

  /** Frozen instances and what thaws them. */
  private final Map<String, ScheduledFuture<?>> frozen = new ConcurrentHashMap<>();

  CloudFreezes(CloudState state, CloudGuests guests) {
    this.state = state;
    this.guests = guests;
  }

  static boolean boots(ObjectNode instance) {
    return instance.path(BOOTS).asBoolean();
  }

  private boolean boots(String id) {
    synchronized (state) {
      return boots(state.get(INSTANCES, id));
    }
  }

  /** Puts in what the agent of a real guest does now. */
  void describeAgent(ObjectNode instance) {
    if (boots(instance)) {
      boolean running = guests.hasAgent(instance.get("id").asText());
      instance.putObject("qga").put("installed", true).put("running", running);
    }
  }

  /** Refuses when no guest agent is there; one that is there may not answer all the same. */
  void requireAgent(String id) {
    ObjectNode instance;
    synchronized (state) {
      instance = state.get(INSTANCES, id).deepCopy();
    }
    if (!instance.get("status").asText().equals("ACTIVE")) {
      throw CloudException.state("实例未运行：" + instance.get("status").asText());
    }
    describeAgent(instance);
    if (!instance.path("qga").path("running").asBoolean()) {
      throw agent("未运行");
    }
  }

  private static CloudException agent(String how) {
    return new CloudException(409, "HEC-40902", "QEMU Guest Agent " + how);
  }

  /** Asks the agent whether it is there. */
  void ping(String id) {
    requireAgent(id);
    if (boots(id)) {
      try (GuestAgent agent = guests.agent(id)) {
        agent.execute("guest-ping", null);
      } catch (IOException silent) {
        throw agent("响应超时：" + silent.getMessage());
      }
    }
  }

  /** Freezes for so long at most. */
  void freeze(String id, long timeoutSeconds) {
    requireAgent(id);
    ScheduledFuture<?> end =
        watchdog.schedule(() -> thaw(id, "timeout"), timeoutSeconds, TimeUnit.SECONDS);
    if (frozen.putIfAbsent(id, end) != null) {
      end.cancel(false);
      throw CloudException.state("文件系统已冻结");
    }
    if (boots(id)) {
      try {
        freezeReally(id);
      } catch (CloudException failed) {
        forget(id);
        throw failed;
      }
    }
    note(id, "frozen");
  }

  private void freezeReally(String id) {
    boolean asked = false;
    int fileSystems;
    try (GuestAgent agent = guests.agent(id)) {
      asked = true;
      fileSystems = agent.freeze();
    } catch (IOException silent) {
      note(id, "not frozen: " + silent.getMessage());
      if (asked) {
        // It may freeze yet: what comes next is thawing.
        tryThaw(id);
      }
      throw agent("响应超时：" + silent.getMessage());
    }
    if (fileSystems == 0) {
      throw agent("没有可冻结的文件系统");
    }
  }

  private boolean tryThaw(String id) {
    try (GuestAgent agent = guests.agent(id)) {
      agent.thaw();
      return true;
    } catch (IOException silent) {
      note(id, "not thawed: " + silent.getMessage());
      return false;
    }
  }

  /** Thaws; one that is not frozen is success. One that does not listen is asked again. */
  void thaw(String id, String by) {
    if (!isFrozen(id)) {
      return;
    }
    if (boots(id) && guests.runs(id) && !tryThaw(id)) {
      frozen.computeIfPresent(
          id,
          (same, end) -> {
            end.cancel(false);
            return watchdog.schedule(() -> thaw(id, by), THAW_AGAIN_SECONDS, TimeUnit.SECONDS);
          });
      throw agent("响应超时");
    }
    if (forget(id)) {
      note(id, "thawed by " + by);
    }
  }

  /** What is stopped is not frozen any more. */
  boolean forget(String id) {
    ScheduledFuture<?> end = frozen.remove(id);
    if (end == null) {
      return false;
    }
    end.cancel(false);
    synchronized (frozen) {
      frozen.notifyAll();
    }
    return true;
  }

  boolean isFrozen(String id) {
    return frozen.containsKey(id);
  }

  /** What the lab reads about freezing: one line after the other. */
  private void note(String id, String what) {
    synchronized (state) {
      state.get(INSTANCES, id).withArray("freezeLog").add(what);
      state.save();
    }
  }

  /** Waits while an instance is frozen, as a guest's write does. */
  void awaitThawed(String id) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITE_WAIT_SECONDS);
    synchronized (frozen) {
      while (isFrozen(id)) {
        if (System.nanoTime() > end) {
          throw new IOException("still frozen");
        }
        try {
          frozen.wait(200);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
  }
}
