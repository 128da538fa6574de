package io.holdfast.platform.hikcloud.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.error.TransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changing calls: each answers with a task that is looked at until it has succeeded or failed. A
 * reply that is lost and a task that is gone leave it open what happened; then the caller's own
 * look at the platform decides. Thread-safe.
 */
public final class CloudTasks {
  private static final Logger LOG = LoggerFactory.getLogger(CloudTasks.class);

  private final CloudHttp http;

  public CloudTasks(CloudHttp http) {
    this.http = http;
  }

  /**
   * What became of a changing call.
   *
   * @param code {@link CloudCode#OK} when it succeeded
   * @param words a reason: the platform's words, code and request id when it did not
   * @param absent what was to be changed is not there
   */
  public record Outcome(String code, String words, boolean absent) {
    private static final Outcome DONE = new Outcome(CloudCode.OK, "", false);

    /** Whether it was done. */
    public boolean succeeded() {
      return code.equals(CloudCode.OK);
    }
  }

  /**
   * Sends and waits for the end. Calls that the platform was too busy for, whose reply was lost or
   * whose task is gone are repeated with growing pauses (OPT-15), if {@code settled} does not find
   * them done: only for calls that may be repeated.
   *
   * @param settled looks whether the wanted state is there already; asked when that is not known
   * @return done, or refused or failed
   * @throws BackupException PLATFORM_BUSY after the last repetition; PLATFORM_UNREACHABLE;
   *     PLATFORM_TASK_TIMEOUT
   */
  public Outcome perform(
      String method, CloudPath path, Map<String, ?> body, BooleanSupplier settled) {
    Instant end = http.requests().end();
    for (int attempt = 1; ; attempt++) {
      String why = Reason.of(ReasonCode.TASK_GONE);
      boolean unknown = true;
      try {
        Optional<Outcome> outcome = once(method, path, body);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      } catch (TransientException e) {
        if (http.requests().givenUp(e, attempt, end)) {
          throw e;
        }
        why = Reason.of(e);
        unknown = !CloudHttp.isUndone(e);
      }
      if (unknown && settled.getAsBoolean()) {
        return Outcome.DONE;
      }
      if (attempt > http.timings().retries()) {
        throw lost(method, path, why);
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
  private Optional<Outcome> once(String method, CloudPath path, Map<String, ?> body) {
    CloudReply reply = http.send(method, path, body);
    if (reply.refused()) {
      return Optional.of(new Outcome(reply.code(), reply.words(), reply.absent()));
    }
    String task = reply.data().path("taskId").asText("");
    return task.isEmpty() ? Optional.of(Outcome.DONE) : await(task, method + " " + path);
  }

  private Optional<Outcome> await(String id, String operation) {
    Instant end = http.waiting().now().plus(http.timings().task());
    Duration pause = http.timings().poll();
    while (true) {
      http.waiting().pause(pause);
      CloudReply reply = http.get(CloudPath.of("tasks", id));
      if (reply.absent()) {
        return Optional.empty();
      }
      JsonNode task = reply.refused() ? MissingNode.getInstance() : reply.data();
      String status = task.path("status").asText("");
      if (status.equals("success")) {
        return Optional.of(Outcome.DONE);
      }
      if (status.equals("failed")) {
        String code = task.path("errorCode").asText("");
        String words = CloudReply.words(task.path("errorMsg").asText(""), code, "");
        return Optional.of(new Outcome(code.isEmpty() ? "failed" : code, words, false));
      }
      if (http.waiting().now().isAfter(end)) {
        throw BackupException.of(
            ErrorCode.PLATFORM_TASK_TIMEOUT,
            "address",
            http.endpoint().authority(),
            "operation",
            operation,
            "seconds",
            http.timings().task().toSeconds(),
            "cause",
            Reason.of(ReasonCode.PROGRESS, "percent", task.path("progress").asText("")));
      }
      Duration longer = pause.multipliedBy(3).dividedBy(2);
      Duration most = http.timings().poll().multipliedBy(10);
      pause = longer.compareTo(most) > 0 ? most : longer;
    }
  }

  private BackupException lost(String method, CloudPath path, String why) {
    return BackupException.of(
        ErrorCode.PLATFORM_BUSY,
        "address",
        http.endpoint().authority(),
        "attempts",
        http.timings().retries() + 1,
        "cause",
        Reason.of(ReasonCode.CALL_FAILED, "operation", method + " " + path, "cause", why));
  }
}
