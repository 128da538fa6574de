package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.StreamWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a disk on its way into the pool: requests are done in the order they came, on one
 * worker while there are any. While one span is written the next is being read, so that neither
 * disk nor pool waits for the server. At most {@value #MAX_WAITING} requests wait; one more fails
 * AGENT_BUSY. Thread-safe.
 */
final class StreamLane {
  static final int MAX_WAITING = 64;
  private static final Logger LOG = LoggerFactory.getLogger(StreamLane.class);
  private static final int SPANS_AT_ONCE = 2;
  private static final int ATTEMPTS = 5;

  private final String session;
  private final StreamWriter writer;
  private final SourceDisk disk;
  private final SpanBuffers buffers;
  private final Executor workers;
  private final Deque<Step> waiting = new ArrayDeque<>();
  private boolean working;
  private boolean closed;

  StreamLane(
      String session,
      StreamWriter writer,
      SourceDisk disk,
      SpanBuffers buffers,
      Executor workers) {
    this.session = session;
    this.writer = writer;
    this.disk = disk;
    this.buffers = buffers;
    this.workers = workers;
  }

  /** Brings one planned extent into the pool. */
  CompletableFuture<ExtentResult> transfer(long ordinal) {
    Transfer step = new Transfer(ordinal);
    submit(step);
    return step.answer;
  }

  /** Makes everything asked for before durable; answers the first ordinal that is not. */
  CompletableFuture<Long> sync() {
    Sync step = new Sync();
    submit(step);
    return step.answer;
  }

  private void submit(Step step) {
    synchronized (this) {
      if (closed) {
        step.fail(notOpen());
        return;
      }
      if (waiting.size() >= MAX_WAITING) {
        step.fail(BackupException.of(ErrorCode.AGENT_BUSY));
        return;
      }
      waiting.add(step);
      if (working) {
        return;
      }
      working = true;
    }
    try {
      workers.execute(this::work);
    } catch (RejectedExecutionException full) {
      rejected(BackupException.causedBy(full, ErrorCode.AGENT_BUSY));
    }
  }

  private void rejected(BackupException busy) {
    Deque<Step> refused;
    synchronized (this) {
      working = false;
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
      notifyAll();
    }
    refused.forEach(step -> step.fail(busy));
  }

  private void work() {
    Deque<Step> begun = new ArrayDeque<>();
    while (fill(begun)) {
      Step first = begun.remove();
      try {
        first.finish();
      } catch (RuntimeException | Error failure) {
        first.fail(failure);
      }
    }
  }

  /** Begins steps as memory allows; false when there is nothing more to do. */
  private boolean fill(Deque<Step> begun) {
    while (begun.size() < SPANS_AT_ONCE) {
      Step next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null && begun.isEmpty()) {
          working = false;
          notifyAll();
          return false;
        }
      }
      if (next == null) {
        return true;
      }
      if (!begin(next, begun)) {
        synchronized (this) {
          waiting.addFirst(next);
        }
        return true;
      }
    }
    return true;
  }

  private static boolean begin(Step next, Deque<Step> begun) {
    try {
      if (!next.begin(begun.isEmpty())) {
        return false;
      }
      begun.add(next);
    } catch (RuntimeException | Error failure) {
      next.fail(failure);
    }
    return true;
  }

  /**
   * Takes no more requests, fails those that wait, lets those begun end and makes them durable.
   *
   * @param seconds to wait at most
   */
  void close(int seconds) {
    Deque<Step> refused;
    synchronized (this) {
      closed = true;
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    refused.forEach(step -> step.fail(notOpen()));
    if (awaitIdle(seconds)) {
      try {
        LOG.debug("Stream durable up to {}", writer.sync());
      } catch (BackupException failed) {
        LOG.info("The end of a stream stays to be read again: {}", failed.getMessage());
      }
    }
  }

  private synchronized boolean awaitIdle(int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (working) {
        long rest = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (rest <= 0) {
          return false;
        }
        wait(rest);
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private BackupException notOpen() {
    return BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", session);
  }

  private interface Step {
    /** Starts what can run in the background; false when there is no memory for it now. */
    boolean begin(boolean mayWait);

    void finish();

    void fail(Throwable failure);
  }

  private final class Sync implements Step {
    private final CompletableFuture<Long> answer = new CompletableFuture<>();

    @Override
    public boolean begin(boolean mayWait) {
      return true;
    }

    @Override
    public void finish() {
      answer.complete(writer.sync());
    }

    @Override
    public void fail(Throwable failure) {
      answer.completeExceptionally(failure);
    }
  }

  private final class Transfer implements Step {
    private final long ordinal;
    private final CompletableFuture<ExtentResult> answer = new CompletableFuture<>();
    private SpanBuffers.Span span;
    private SpanRead read;

    private Transfer(long ordinal) {
      this.ordinal = ordinal;
    }

    @Override
    public boolean begin(boolean mayWait) {
      if (writer.covers(ordinal)) {
        return true;
      }
      int length = (int) writer.item(ordinal).span().length();
      Optional<SpanBuffers.Span> taken =
          mayWait ? Optional.of(buffers.take(length)) : buffers.tryTake(length);
      if (taken.isEmpty()) {
        return false;
      }
      span = taken.get();
      writer.fillUnread(ordinal, span.bytes());
      read = new SpanRead(writer.item(ordinal), span, disk.bufferBytes());
      if (writer.item(ordinal).readBytes() > 0) {
        read.start(disk.source());
      }
      return true;
    }

    @Override
    public void finish() {
      if (read == null) {
        answer.complete(writer.receipt(ordinal));
        return;
      }
      awaitRead();
      ExtentResult result = writer.writeExtent(ordinal, span.bytes());
      free();
      answer.complete(result);
    }

    private void awaitRead() {
      for (int attempt = 1; ; attempt++) {
        Optional<BackupException> failure = read.await();
        if (failure.isEmpty()) {
          return;
        }
        if (failure.get().kind() != ErrorKind.TRANSIENT || attempt == ATTEMPTS) {
          throw failure.get();
        }
        read.start(disk.reopened(read.source(), failure.get()));
      }
    }

    @Override
    public void fail(Throwable failure) {
      free();
      answer.completeExceptionally(failure);
    }

    private void free() {
      if (span != null) {
        if (read != null) {
          read.end();
        }
        span.close();
      }
    }
  }
}
