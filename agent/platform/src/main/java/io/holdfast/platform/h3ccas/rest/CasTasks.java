package io.holdfast.platform.h3ccas.rest;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.error.TransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changing calls: each answers with a task that is polled to its end [P]. Finished is not
 * succeeded: {@code completed} <em>and</em> {@code result} 0 are asked for. A reply that is lost, a
 * task id that is gone and a task without a result leave it open what happened; then the caller's
 * own look at the platform decides. Thread-safe.
 */
public final class CasTasks {
  private static final Logger LOG = LoggerFactory.getLogger(CasTasks.class);

  private final CasHttp http;

  public CasTasks(CasHttp http) {
    this.http = http;
  }

  /**
   * What became of a changing call.
   *
   * @param succeeded done
   * @param code the platform's number when it was refused or failed
   * @param message the platform's words then
   * @param task the finished task's record; nothing when there was none or it is gone
   */
  public record Outcome(boolean succeeded, int code, String message, CasNode task) {
    static Outcome done(CasNode task) {
      return new Outcome(true, 0, "", task);
    }

    /** A value of the task's {@code refreshData}; empty when missing. */
    public String refreshed(String key) {
      return task.list("refreshData").stream()
          .filter(each -> each.text("key").equals(key))
          .map(each -> each.text("value"))
          .findFirst()
          .orElse("");
    }
  }

  /**
   * Sends and waits for the end. Busy refusals and busy failures are repeated with growing pauses
   * (OPT-15), also calls whose reply was lost and that {@code settled} does not find done: callers
   * use it only for calls that may be repeated.
   *
   * @param settled looks whether the wanted state is there already
   * @return done, or refused or failed for a reason other than busy
   * @throws BackupException PLATFORM_BUSY after the last repetition; PLATFORM_UNREACHABLE;
   *     PLATFORM_TASK_TIMEOUT
   */
  public Outcome perform(String method, CasPath path, byte[] body, BooleanSupplier settled) {
    return perform(method, path, body, settled, id -> {});
  }

  /**
   * The same for what may have to be cancelled.
   *
   * @param begun hears the id of each task that is waited for, before the first look at it
   */
  public Outcome perform(
      String method, CasPath path, byte[] body, BooleanSupplier settled, Consumer<String> begun) {
    Instant end = http.requests().end();
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt > http.timings().retries();
      Optional<Outcome> outcome;
      String why;
      try {
        outcome = once(method, path, body, begun);
        why =
            outcome
                .map(each -> Reason.words(each.message()))
                .orElse(Reason.of(ReasonCode.OUTCOME_UNKNOWN));
      } catch (TransientException e) {
        if (http.requests().givenUp(e, attempt, end)) {
          throw e;
        }
        outcome = Optional.empty();
        why = Reason.of(e);
      }
      if (outcome.isPresent() && outcome.get().code() != PlatformCode.BUSY) {
        return outcome.get();
      }
      if (outcome.isEmpty() && settled.getAsBoolean()) {
        return Outcome.done(CasNode.nothing());
      }
      if (last) {
        throw busy(method, path, why);
      }
      LOG.info(
          "{} {} attempt {}: {}; trying again",
          method,
          path,
          attempt,
          Messages.value(why, Locale.ENGLISH));
      http.requests().pause(attempt);
    }
  }

  /** One attempt; empty when it is not known what became of it. */
  private Optional<Outcome> once(String method, CasPath path, byte[] body, Consumer<String> begun) {
    CasReply reply = http.send(method, path, body);
    if (reply.busy()) {
      return Optional.of(
          new Outcome(false, PlatformCode.BUSY, reply.errorMessage(), CasNode.nothing()));
    }
    if (reply.refused()) {
      return Optional.of(
          new Outcome(false, reply.errorCode(), reply.errorMessage(), CasNode.nothing()));
    }
    if (reply.absent()) {
      return Optional.of(
          new Outcome(false, PlatformCode.UNKNOWN, "HTTP 404 " + path, CasNode.nothing()));
    }
    String id = taskId(reply.body());
    if (id.isEmpty()) {
      return Optional.of(Outcome.done(reply.body()));
    }
    begun.accept(id);
    return await(id, path);
  }

  /**
   * [P] Asks the platform to give a task up, once and without waiting for its end. One that is over
   * or unknown is no error.
   *
   * @throws BackupException PLATFORM_UNREACHABLE and others of the connection
   */
  public void cancel(String id) {
    CasReply reply = http.send("PUT", CasPath.of("message", "cancel", id), null);
    LOG.info("Task {} was cancelled: HTTP {} {}", id, reply.status(), reply.errorMessage());
  }

  /** [P] The id is a member, below a root element, or the bare body. */
  private static String taskId(CasNode body) {
    String id = body.unwrapped("taskMsg").text("msgId");
    if (id.isEmpty() && body.text().matches("\\d{1,19}")) {
      id = body.text();
    }
    return id;
  }

  private Optional<Outcome> await(String id, CasPath path) {
    Instant end = http.waiting().now().plus(http.timings().task());
    Duration pause = http.timings().poll();
    while (true) {
      http.waiting().pause(pause);
      CasReply reply = http.get(CasPath.of("message", id));
      if (reply.absent()) {
        return Optional.empty();
      }
      CasNode task = reply.body().unwrapped("taskMsg");
      if (!reply.refused() && task.flag("completed")) {
        return finished(task);
      }
      if (http.waiting().now().isAfter(end)) {
        throw BackupException.of(
            ErrorCode.PLATFORM_TASK_TIMEOUT,
            "address",
            http.endpoint().authority(),
            "operation",
            (task.text("name") + " " + path).trim(),
            "seconds",
            http.timings().task().toSeconds(),
            "cause",
            Reason.of(ReasonCode.PROGRESS, "percent", task.text("progress")));
      }
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      Duration most = http.timings().poll().multipliedBy(10);
      pause = longer.compareTo(most) > 0 ? most : longer;
    }
  }

  private static Optional<Outcome> finished(CasNode task) {
    String failure = task.text("failMsg");
    if (!task.has("result") && failure.isEmpty()) {
      return Optional.empty();
    }
    if (task.has("result") && task.decimal("result").signum() == 0) {
      return Optional.of(Outcome.done(task));
    }
    return Optional.of(new Outcome(false, PlatformCode.ofFailureText(failure), failure, task));
  }

  private BackupException busy(String method, CasPath path, String why) {
    String words =
        Reason.of(ReasonCode.CALL_FAILED, "operation", method + " " + path, "cause", why);
    return BackupException.of(
        ErrorCode.PLATFORM_BUSY,
        "address",
        http.endpoint().authority(),
        "attempts",
        http.timings().retries() + 1,
        "cause",
        words);
  }
}
