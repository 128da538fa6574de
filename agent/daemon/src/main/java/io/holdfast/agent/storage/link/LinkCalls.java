package io.holdfast.agent.storage.link;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of one session to its storage agent. A call whose connection is lost is sent again until it
 * is answered or the reconnect time is over since its first failure (OPT-08); all calls of the
 * protocol may be repeated. Once a call has given up, no other waits any more. Thread-safe.
 */
final class LinkCalls {
  private static final Logger LOG = LoggerFactory.getLogger(LinkCalls.class);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2000;
  private static final Duration TIME_LIMIT = Duration.ofMinutes(2);

  private final StorageLink link;
  private volatile Duration reconnect;
  private volatile boolean ended;
  private final AtomicInteger repeating = new AtomicInteger();

  /**
   * @param reconnect how long a lost connection is waited for
   */
  LinkCalls(StorageLink link, Duration reconnect) {
    this.link = link;
    this.reconnect = reconnect;
  }

  /** From now on. */
  void reconnectWithin(Duration time) {
    reconnect = time;
  }

  /** Nothing is repeated any more. */
  void end() {
    ended = true;
  }

  /** Whether a call has lost its connection and is not answered yet. */
  boolean isWaiting() {
    return repeating.get() > 0;
  }

  StorageLink link() {
    return link;
  }

  /**
   * Asks and waits.
   *
   * @throws BackupException the storage agent's error, STORAGE_UNREACHABLE
   */
  <Q, A> A ask(MethodDescriptor<Q, A> method, Q request) {
    return Joined.result(askLater(method, request));
  }

  /** Asks without waiting. */
  <Q, A> CompletableFuture<A> askLater(MethodDescriptor<Q, A> method, Q request) {
    return askLater(method, request, TIME_LIMIT);
  }

  /**
   * @param limit of one attempt; one that takes longer is sent again
   */
  <Q, A> CompletableFuture<A> askLater(MethodDescriptor<Q, A> method, Q request, Duration limit) {
    Asked<Q, A> asked = new Asked<>(method, request, limit, true);
    asked.start();
    return asked.answer;
  }

  /** Asks once and waits; a lost connection is not waited for. */
  <Q, A> A askOnce(MethodDescriptor<Q, A> method, Q request, Duration limit) {
    Asked<Q, A> asked = new Asked<>(method, request, limit, false);
    asked.start();
    return Joined.result(asked.answer);
  }

  /** What a failed call means here. */
  BackupException mapped(Throwable failure) {
    if (!isTransport(failure)) {
      return ErrorTrailer.toException(failure, ErrorCode.STORAGE_UNREACHABLE, link.ends());
    }
    Status status = Status.fromThrowable(failure);
    Map<String, String> parameters = new LinkedHashMap<>(link.ends());
    parameters.put("cause", cause(status));
    return BackupException.of(ErrorCode.STORAGE_UNREACHABLE, parameters, failure);
  }

  private static String cause(Status status) {
    Throwable root = status.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    String text =
        status.getDescription() == null ? status.getCode().name() : status.getDescription();
    return root == null || root.getMessage() == null ? text : text + ": " + root.getMessage();
  }

  private static boolean isTransport(Throwable failure) {
    var trailers = Status.trailersFromThrowable(failure);
    if (failure instanceof BackupException
        || (trailers != null && trailers.containsKey(ErrorTrailer.KEY))) {
      return false;
    }
    return switch (Status.fromThrowable(failure).getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, INTERNAL, UNKNOWN -> true;
      default -> false;
    };
  }

  /** One call, however often it is sent. */
  private final class Asked<Q, A> {
    private final MethodDescriptor<Q, A> method;
    private final Q request;
    private final Duration limit;
    private final boolean repeated;
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private long firstFailureNanos;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private boolean failedBefore;

    private Asked(MethodDescriptor<Q, A> method, Q request, Duration limit, boolean repeated) {
      this.method = method;
      this.request = request;
      this.limit = limit;
      this.repeated = repeated;
    }

    void start() {
      CallOptions options =
          CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
      ClientCalls.asyncUnaryCall(link.channel().newCall(method, options), request, new Answer());
    }

    private void failed(Throwable failure) {
      BackupException error = mapped(failure);
      boolean lost = error.code() == ErrorCode.STORAGE_UNREACHABLE;
      if (!repeated || ended || !(lost || error.code() == ErrorCode.AGENT_BUSY)) {
        answer.completeExceptionally(error);
        return;
      }
      long now = System.nanoTime();
      if (!failedBefore) {
        failedBefore = true;
        firstFailureNanos = now;
        repeating.incrementAndGet();
        answer.whenComplete((answered, given) -> repeating.decrementAndGet());
        LOG.info("{} is sent again: {}", method.getBareMethodName(), error.getMessage());
      }
      if (now - firstFailureNanos >= reconnect.toNanos()) {
        reconnect = Duration.ZERO;
        answer.completeExceptionally(error);
        return;
      }
      again(error);
    }

    private void again(BackupException error) {
      long pause = pauseMillis;
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
      try {
        link.timer()
            .schedule(
                () -> {
                  link.channel().resetConnectBackoff();
                  start();
                },
                pause,
                TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        answer.completeExceptionally(error);
      }
    }

    /** The end of one attempt. */
    private final class Answer implements StreamObserver<A> {
      private A value;

      @Override
      public void onNext(A received) {
        value = received;
      }

      @Override
      public void onError(Throwable failure) {
        failed(failure);
      }

      @Override
      public void onCompleted() {
        answer.complete(value);
      }
    }
  }
}
