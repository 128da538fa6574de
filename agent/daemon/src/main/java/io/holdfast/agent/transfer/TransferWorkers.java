package io.holdfast.agent.transfer;

import io.holdfast.pool.store.ExtentDraft;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that do what costs processor time for all streams of all sessions: hashing and
 * compressing, decoding. As many as the machine has processors for, whatever the number of streams.
 * What waits here holds a span of the arena, so the line is as long as the arena is large. Work
 * must not wait for memory of the arena nor for other work. Thread-safe.
 */
public final class TransferWorkers implements Executor, AutoCloseable {
  private static final int MAX_THREADS = 8;
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;
  private final ThreadLocal<ExtentDraft> drafts = ThreadLocal.withInitial(ExtentDraft::new);

  /**
   * @param name of the threads
   * @param count of them; those that are idle for a while end and give their memory back
   */
  public TransferWorkers(String name, int count) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** One thread per processor, 8 at most: their buffers are part of the memory bound. */
  public static int perProcessor() {
    return Math.max(1, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  /** The calling worker's own draft: one extent's records, kept from extent to extent. */
  ExtentDraft draft() {
    return drafts.get();
  }

  /** Takes no more work; what was begun ends. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
