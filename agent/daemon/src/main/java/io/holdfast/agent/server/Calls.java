package io.holdfast.agent.server;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of calls on threads of its own, as many as calls may run at once and without a
 * queue: one call more is answered AGENT_BUSY, which the server repeats. Errors leave as the
 * protocol's trailer. Thread-safe.
 *
 * <p>Threads are never interrupted: an interrupt inside the pool engine would close its files.
 */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private final ThreadPoolExecutor executor;

  /**
   * @param name of the threads
   * @param atOnce calls that may run at the same time
   */
  Calls(String name, int atOnce) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            0,
            atOnce,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Answers a call with the work's result or its error. */
  <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    stream(observer, out -> out.accept(work.get()));
  }

  /** As {@link #answer(StreamObserver, Supplier)}; what was held for the work is given back. */
  <T> void answer(StreamObserver<T> observer, Supplier<T> work, Runnable giveBack) {
    ignoreCancellation(observer);
    try {
      executor.execute(
          () -> {
            try {
              run(observer, out -> out.accept(work.get()));
            } finally {
              giveBack.run();
            }
          });
    } catch (RejectedExecutionException full) {
      giveBack.run();
      fail(observer, BackupException.causedBy(full, ErrorCode.AGENT_BUSY));
    }
  }

  /** Waits for something that is shared. */
  static <T> T taken(BlockingQueue<T> shared) {
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          return shared.take();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Answers a call with whatever the work gives out, then ends it. */
  <T> void stream(StreamObserver<T> observer, Consumer<Consumer<T>> work) {
    ignoreCancellation(observer);
    try {
      executor.execute(() -> run(observer, work));
    } catch (RejectedExecutionException full) {
      fail(observer, BackupException.causedBy(full, ErrorCode.AGENT_BUSY));
    }
  }

  /**
   * As {@link #stream}, for lists of any length: a page is made when the peer has taken those
   * before it. Of a peer that has gone away or takes nothing for long the work ends early.
   */
  <T> void pages(StreamObserver<T> observer, Consumer<Consumer<T>> work) {
    if (observer instanceof ServerCallStreamObserver<T> call) {
      TakenPages<T> pages = new TakenPages<>(call, TakenPages.PATIENCE);
      try {
        executor.execute(() -> run(observer, out -> work.accept(pages)));
      } catch (RejectedExecutionException full) {
        fail(observer, BackupException.causedBy(full, ErrorCode.AGENT_BUSY));
      }
    } else {
      stream(observer, work);
    }
  }

  // An error of any class must end the call, or the server would wait for its time limit.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private static <T> void run(StreamObserver<T> observer, Consumer<Consumer<T>> work) {
    try {
      work.accept(observer::onNext);
      observer.onCompleted();
    } catch (RuntimeException | Error failure) {
      fail(observer, failure);
    }
  }

  /** Answers a call when a future completes, on the thread that completes it. */
  static <T> void complete(StreamObserver<T> observer, Supplier<CompletableFuture<T>> work) {
    ignoreCancellation(observer);
    CompletableFuture<T> future;
    try {
      future = work.get();
    } catch (RuntimeException refused) {
      fail(observer, refused);
      return;
    }
    future.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            fail(observer, failure);
          } else {
            observer.onNext(result);
            observer.onCompleted();
          }
        });
  }

  /** Whether the caller went away. */
  static BooleanSupplier cancellation(StreamObserver<?> observer) {
    return observer instanceof ServerCallStreamObserver<?> call ? call::isCancelled : () -> false;
  }

  /** Ends a call with an error. */
  static void fail(StreamObserver<?> observer, Throwable failure) {
    StatusRuntimeException status = ErrorTrailer.toStatus(failure);
    if (status.getCause() instanceof BackupException known
        && known.kind() != ErrorKind.INTERNAL
        && known.kind() != ErrorKind.CORRUPT) {
      LOG.info("Call failed: {}", known.getMessage());
    } else {
      LOG.error("Call failed", failure);
    }
    observer.onError(status);
  }

  /** A call nobody waits for any more goes on to its end: what it does may be repeated. */
  static void ignoreCancellation(StreamObserver<?> observer) {
    if (observer instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> LOG.debug("A caller went away"));
    }
  }

  /** Takes no more calls and waits some seconds for those that run. */
  void close(int seconds) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(seconds, TimeUnit.SECONDS)) {
        LOG.warn("{} calls are still running at the end", executor.getActiveCount());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
