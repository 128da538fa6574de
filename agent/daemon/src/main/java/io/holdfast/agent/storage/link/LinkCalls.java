package io.holdfast.agent.storage.link;

import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
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
  private final Set<Asked<?, ?>> paused = ConcurrentHashMap.newKeySet();

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

  /** Nothing is repeated any more; calls that wait to be sent again fail. */
  void end() {
    ended = true;
    paused.forEach(Asked::giveUp);
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

  /**
   * Does something with the channel on the caller's thread, again and again while the connection is
   * lost.
   *
   * @param attempt may be done more than once; has a deadline of its own
   * @throws BackupException the storage agent's error, STORAGE_UNREACHABLE
   */
  <T> T repeated(Supplier<T> attempt) {
    long firstFailureNanos = 0;
    long pauseMillis = FIRST_PAUSE_MILLIS;
    boolean failedBefore = false;
    try {
      for (; ; ) {
        try {
          return attempt.get();
        } catch (StatusRuntimeException failure) {
          BackupException error = mapped(failure);
          long now = System.nanoTime();
          if (!failedBefore) {
            failedBefore = true;
            firstFailureNanos = now;
            repeating.incrementAndGet();
          }
          if (ended || !mayPass(error)) {
            throw error;
          }
          if (now - firstFailureNanos >= reconnect.toNanos()) {
            reconnect = Duration.ZERO;
            throw error;
          }
          pause(pauseMillis, error);
          pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
        }
      }
    } finally {
      if (failedBefore) {
        repeating.decrementAndGet();
      }
    }
  }

  private void pause(long millis, BackupException error) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw error;
    }
    link.channel().resetConnectBackoff();
  }

  private static boolean mayPass(BackupException error) {
    return error.code() == ErrorCode.STORAGE_UNREACHABLE || error.code() == ErrorCode.AGENT_BUSY;
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
    private volatile BackupException lastError;

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
      if (!repeated || ended || !mayPass(error)) {
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
      lastError = error;
      paused.add(this);
      try {
        link.timer().schedule(this::sendAgain, pause, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        giveUp();
      }
      if (ended) {
        giveUp();
      }
    }

    private void sendAgain() {
      if (paused.remove(this)) {
        link.channel().resetConnectBackoff();
        start();
      }
    }

    /** Of one that is not under way: the timer may never come to it. */
    private void giveUp() {
      if (paused.remove(this)) {
        answer.completeExceptionally(lastError);
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
        if (value instanceof RecordMessage<?> message) {
          message.close();
        }
        failed(failure);
      }

      @Override
      public void onCompleted() {
        answer.complete(value);
      }
    }
  }
}
