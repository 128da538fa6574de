package io.holdfast.bench.agent;

import com.google.common.util.concurrent.ListenableFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Walks a stream as the server's batch job does: windows of {@value #WINDOW} extents, {@value
 * #IN_FLIGHT} in flight, then a sync that is waited for. The database's part of a window is left
 * out (0.1 to 0.6 ms).
 */
final class StreamWindow {
  static final int WINDOW = 64;
  static final int IN_FLIGHT = 4;

  private StreamWindow() {}

  /** Sends extents 0…count-1 of a stream. */
  static void walk(
      long count, LongFunction<? extends ListenableFuture<?>> transfer, Runnable sync) {
    Deque<ListenableFuture<?>> underWay = new ArrayDeque<>();
    for (long ordinal = 0; ordinal < count; ordinal++) {
      if (underWay.size() >= IN_FLIGHT) {
        await(underWay.remove());
      }
      underWay.add(transfer.apply(ordinal));
      if (ordinal % WINDOW == WINDOW - 1 || ordinal == count - 1) {
        underWay.forEach(StreamWindow::await);
        underWay.clear();
        sync.run();
      }
    }
  }

  /** Runs the streams of a disk side by side; fails with the first failure. */
  static void together(List<Runnable> streams) {
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, streams.size()));
    try {
      List<Future<?>> all = new ArrayList<>();
      streams.forEach(stream -> all.add(threads.submit(stream)));
      all.forEach(StreamWindow::await);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(Future<?> future) {
    try {
      future.get();
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
