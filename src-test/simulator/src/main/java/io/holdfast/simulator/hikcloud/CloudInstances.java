package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;
import static io.holdfast.simulator.hikcloud.CloudState.VOLUMES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What happens to instances: start, stop, freeze and thaw of their file systems. A frozen instance
 * thaws by itself when its time is over (the watchdog of the guest agent); while it is frozen its
 * guest's writes wait. Thread-safe.
 */
final class CloudInstances implements AutoCloseable {
  private static final Set<String> RUNNING = Set.of("ACTIVE", "PAUSED");
  private static final int WRITE_WAIT_SECONDS = 60;

  private final CloudState state;
  private final CloudGuests guests;
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

  /** Frozen instances and what thaws them. */
  private final Map<String, ScheduledFuture<?>> frozen = new ConcurrentHashMap<>();

  CloudInstances(CloudState state, CloudGuests guests) {
    this.state = state;
    this.guests = guests;
  }

  /** Starts the processes of instances that run, as after a restart of the simulator. */
  void resume() throws IOException {
    for (ObjectNode instance :
        state.all(INSTANCES, each -> RUNNING.contains(each.get("status").asText()))) {
      guests.start(instance.get("id").asText(), images(instance));
    }
  }

  List<ObjectNode> volumes(String id) {
    state.get(INSTANCES, id);
    return state.all(VOLUMES, volume -> volume.path("instanceId").asText().equals(id));
  }

  private List<String> images(ObjectNode instance) {
    return volumes(instance.get("id").asText()).stream()
        .map(volume -> volume.get("rbdName").asText())
        .toList();
  }

  private String status(String id) {
    synchronized (state) {
      return state.get(INSTANCES, id).get("status").asText();
    }
  }

  /** One of the actions of the API. */
  JsonNode act(String id, JsonNode body) throws IOException {
    switch (Json.text(body, "type", "")) {
      case "start" -> start(id);
      case "stop" -> stop(id);
      case "freeze" -> freeze(id, Json.number(body, "timeoutSec", 60));
      case "thaw" -> thaw(id, "call");
      case "qga-ping" -> requireAgent(id);
      default -> throw CloudException.invalid("未知操作");
    }
    return Json.object().put("status", status(id));
  }

  private void start(String id) throws IOException {
    if (status(id).equals("ACTIVE")) {
      return;
    }
    if (!status(id).equals("SHUTOFF")) {
      throw CloudException.state("实例状态不允许启动：" + status(id));
    }
    set(id, "ACTIVE");
  }

  private void stop(String id) throws IOException {
    if (!List.of("ACTIVE", "SHUTOFF").contains(status(id))) {
      throw CloudException.state("实例状态不允许关机：" + status(id));
    }
    set(id, "SHUTOFF");
  }

  /** Brings an instance into a state, whatever it was in; for the lab too. */
  void set(String id, String status) throws IOException {
    ObjectNode instance = state.get(INSTANCES, id);
    if (RUNNING.contains(status)) {
      guests.start(id, images(instance));
    } else {
      thaw(id, "stopped");
      guests.stop(id);
    }
    state.put(INSTANCES, id, "status", TextNode.valueOf(status));
  }

  /** Refuses when no guest agent answers. */
  void requireAgent(String id) {
    synchronized (state) {
      ObjectNode instance = state.get(INSTANCES, id);
      if (!instance.get("status").asText().equals("ACTIVE")) {
        throw CloudException.state("实例未运行：" + instance.get("status").asText());
      }
      if (!instance.path("qga").path("running").asBoolean()) {
        throw new CloudException(409, "HEC-40902", "QEMU Guest Agent 未运行");
      }
    }
  }

  void freeze(String id, long timeoutSeconds) {
    requireAgent(id);
    ScheduledFuture<?> end =
        watchdog.schedule(() -> thaw(id, "timeout"), timeoutSeconds, TimeUnit.SECONDS);
    if (frozen.putIfAbsent(id, end) != null) {
      end.cancel(false);
      throw CloudException.state("文件系统已冻结");
    }
    note(id, "frozen");
  }

  /** Thaws; one that is not frozen is success. */
  void thaw(String id, String by) {
    ScheduledFuture<?> end = frozen.remove(id);
    if (end != null) {
      end.cancel(false);
      note(id, "thawed by " + by);
      synchronized (frozen) {
        frozen.notifyAll();
      }
    }
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

  /** A guest's write: waits while its file systems are frozen. */
  void guestWrites(String id, int disk, String command) throws IOException {
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
    guests.io(id, disk, command);
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
  }
}
