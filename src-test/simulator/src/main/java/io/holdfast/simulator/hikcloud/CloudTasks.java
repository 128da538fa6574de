package io.holdfast.simulator.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asynchronous tasks; forgotten with the process, as if the control plane were restarted. */
final class CloudTasks implements AutoCloseable {
  private final Map<String, ObjectNode> tasks = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final Faults faults;

  CloudTasks(Faults faults) {
    this.faults = faults;
  }

  /** What a task does; its result is told with the task. */
  interface Work {
    JsonNode run() throws IOException;
  }

  /** Begins a task: {@code {taskId}}. */
  ObjectNode begin(String type, Optional<Fault> fault, Work work) {
    String id = UUID.randomUUID().toString();
    put(id, type, "pending", 0, null, "", "");
    workers.execute(() -> run(id, type, fault, work));
    return Json.object().put("taskId", id);
  }

  private void run(String id, String type, Optional<Fault> fault, Work work) {
    put(id, type, "running", 10, null, "", "");
    try {
      String action = fault.map(Fault::action).orElse("");
      if (action.startsWith("task-slow") || action.equals("task-never")) {
        faults.pause(fault.get());
      }
      if (action.equals("task-fail")) {
        throw new CloudException(500, "HEC-50001", fault.get().text("message", "内部错误"));
      }
      JsonNode result = work.run();
      if (action.equals("task-fail-after")) {
        throw new CloudException(500, "HEC-50001", fault.get().text("message", "内部错误"));
      }
      put(id, type, "success", 100, result, "", "");
    } catch (CloudException refused) {
      put(id, type, "failed", 50, null, refused.code(), refused.getMessage());
    } catch (IOException | RuntimeException failed) {
      put(id, type, "failed", 50, null, "HEC-50000", String.valueOf(failed.getMessage()));
    }
  }

  private void put(
      String id, String type, String status, int progress, JsonNode result, String... error) {
    ObjectNode task =
        Json.object()
            .put("id", id)
            .put("type", type)
            .put("status", status)
            .put("progress", progress)
            .put("errorCode", error[0])
            .put("errorMsg", error[1]);
    task.set("result", result);
    tasks.put(id, task);
  }

  ObjectNode get(String id) {
    ObjectNode task = tasks.get(id);
    if (task == null) {
      throw CloudException.missing("任务", id);
    }
    return task;
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
