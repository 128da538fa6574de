package io.holdfast.simulator.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState.TaskRecord;
import io.holdfast.simulator.state.StateStore;
import java.io.IOException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * CAS's asynchronous tasks. Each runs on its own thread; their records are a part of the state and
 * outlive a restart.
 */
public final class Tasks {
  private static final Logger LOG = Logger.getLogger(Tasks.class.getName());
  private static final int KEPT = 300;

  private final StateStore store;
  private final Clock clock;
  private final Faults faults;
  private final long shortestMillis;
  private final Set<Long> cancelled = ConcurrentHashMap.newKeySet();
  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "task");
            thread.setDaemon(true);
            return thread;
          });

  public Tasks(StateStore store, Clock clock, Faults faults, long shortestMillis) {
    this.faults = faults;
    this.store = store;
    this.clock = clock;
    this.shortestMillis = shortestMillis;
  }

  /** What a task does; it may change target and refresh values of its record. */
  public interface Body {
    void run(TaskRecord task) throws IOException;
  }

  /** What a task is about. */
  public record Subject(int eventType, String name, long targetId, String targetName) {}

  /** Fails what an earlier simulator left unfinished. */
  public void failUnfinished() {
    store.change(
        s -> {
          s.tasks.stream()
              .filter(t -> !t.completed)
              .forEach(t -> complete(t, "系统重新启动，任务中断。(" + CasException.UNKNOWN + ")"));
          return null;
        });
  }

  /**
   * Starts a task and describes it. A {@code task-fails} fault makes it fail without doing
   * anything.
   */
  public ObjectNode submit(Subject subject, Optional<Fault> fault, Body body) {
    return submit(subject, fault, body, () -> {});
  }

  /** The same; {@code end} runs when the task is over, whether its work was done or not. */
  public ObjectNode submit(Subject subject, Optional<Fault> fault, Body body, Runnable end) {
    TaskRecord task = new TaskRecord();
    store.change(
        s -> {
          s.lastMsgId = Math.max(s.lastMsgId + 1, clock.millis());
          task.msgId = s.lastMsgId;
          task.name = subject.name();
          task.eventType = subject.eventType();
          task.targetId = subject.targetId();
          task.targetName = subject.targetName();
          task.start = now();
          s.tasks.add(task);
          while (s.tasks.size() > KEPT) {
            s.tasks.remove(0);
          }
          return null;
        });
    executor.execute(() -> run(task, fault, body, end));
    return Json.object()
        .put("msgId", task.msgId)
        .put("completed", false)
        .put("progress", 0)
        .put("eventType", task.eventType)
        .put("targetId", subject.targetId())
        .put("targetName", subject.targetName());
  }

  private void run(TaskRecord task, Optional<Fault> fault, Body body, Runnable end) {
    String failure = "";
    long begin = System.nanoTime();
    try {
      failure = perform(task, fault, body);
    } catch (CasException e) {
      failure = e.getMessage() + "(" + e.code() + ")";
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "task " + task.name + " of " + task.targetName, e);
      failure = e.getMessage() + "(" + CasException.UNKNOWN + ")";
    }
    long left = shortestMillis - (System.nanoTime() - begin) / 1_000_000;
    try {
      Thread.sleep(Math.max(0, left));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end.run();
    String why = failure;
    store.change(
        s -> {
          complete(task, why);
          return null;
        });
  }

  /** Does the work, with what a fault wants before or after; returns why it failed, or nothing. */
  private String perform(TaskRecord task, Optional<Fault> fault, Body body) throws IOException {
    String action = fault.map(Fault::action).orElse("");
    if (action.equals("task-slow") || action.equals("task-never")) {
      faults.pause(fault.get());
    }
    if (action.equals("task-fails") || action.equals("task-never")) {
      return words(fault.get());
    }
    if (cancelled.remove(task.msgId)) {
      return "任务已取消。(" + CasException.UNKNOWN + ")";
    }
    body.run(task);
    return action.equals("task-done-but-fails") ? words(fault.get()) : "";
  }

  private static String words(Fault fault) {
    return fault.text("message", "主机正忙于另一事务，请稍后重试。")
        + "("
        + fault.number("code", CasException.BUSY)
        + ")";
  }

  private void complete(TaskRecord task, String failure) {
    task.completed = true;
    task.progress = 100;
    task.result = failure.isEmpty() ? 0 : 1;
    task.failMsg = failure;
    task.complete = now();
  }

  /** Cancels a task that has not begun, or that asks while it runs. */
  public void cancel(long msgId) {
    cancelled.add(msgId);
  }

  /** Whether a task was cancelled since it has begun. */
  public boolean isCancelled(TaskRecord task) {
    return cancelled.contains(task.msgId);
  }

  /** The full record of a task. */
  public Optional<ObjectNode> describe(long msgId) {
    return store.read(
        s -> s.tasks.stream().filter(t -> t.msgId == msgId).findFirst().map(Tasks::json));
  }

  private static ObjectNode json(TaskRecord task) {
    ObjectNode out =
        Json.object()
            .put("msgId", task.msgId)
            .put("name", task.name)
            .put("targetId", task.targetId);
    out.put("targetName", task.targetName)
        .put("detail", task.detail)
        .put("completed", task.completed);
    if (task.completed) {
      out.put("result", task.result).put("complete", task.complete);
    }
    out.put("progress", task.progress)
        .put("failMsg", task.failMsg)
        .put("eventType", task.eventType)
        .put("start", task.start);
    ArrayNode refresh = out.putArray("refreshData");
    for (String[] pair : List.copyOf(task.refreshData)) {
      refresh.addObject().put("key", pair[0]).put("value", pair[1]);
    }
    return out;
  }

  private String now() {
    return OffsetDateTime.now(clock)
        .withOffsetSameInstant(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.SECONDS)
        .toString()
        .replace("Z", "+00:00");
  }
}
