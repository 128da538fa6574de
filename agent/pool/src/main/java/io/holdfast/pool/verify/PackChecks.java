package io.holdfast.pool.verify;

import io.holdfast.pool.format.PoolScope;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Checks packs side by side, two per processor so that one reads while the other decodes, {@value
 * #MAX_THREADS} at most: each keeps two buffers of a chunk's size. Used once.
 */
final class PackChecks {
  private static final int MAX_THREADS = 4;

  private final PoolScope scope;
  private final DamageLog damage;
  private final AtomicLong chunks = new AtomicLong();
  private final AtomicInteger next = new AtomicInteger();

  PackChecks(PoolScope scope, DamageLog damage) {
    this.scope = scope;
    this.damage = damage;
  }

  /** Chunks looked at. */
  long chunks() {
    return chunks.get();
  }

  /**
   * Checks packs until all are checked or it is told to stop; nothing runs any more when this
   * returns or throws.
   *
   * @param checked told of each pack when it was checked, by any thread; false: stop
   */
  void run(List<UUID> packs, Predicate<PackResult> checked) {
    int threads = Math.min(MAX_THREADS, 2 * Runtime.getRuntime().availableProcessors());
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "pool-verify");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(executor.submit(() -> work(packs, checked)));
      }
      RuntimeException failure = null;
      for (Future<?> one : all) {
        failure = end(one, failure);
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      executor.shutdown();
    }
  }

  private void work(List<UUID> packs, Predicate<PackResult> checked) {
    PackVerification verification = new PackVerification(scope, damage);
    try {
      for (int i = next.getAndIncrement(); i < packs.size(); i = next.getAndIncrement()) {
        if (!checked.test(verification.check(packs.get(i)))) {
          next.set(packs.size());
        }
      }
    } catch (RuntimeException failed) {
      next.set(packs.size());
      throw failed;
    } finally {
      chunks.addAndGet(verification.chunks());
    }
  }

  /** Threads of a pool are not interrupted: that would close its files. So this is waited out. */
  private static RuntimeException end(Future<?> work, RuntimeException before) {
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          work.get();
          return before;
        } catch (InterruptedException again) {
          interrupted = true;
        } catch (ExecutionException failed) {
          if (failed.getCause() instanceof Error error) {
            throw error;
          }
          return failed.getCause() instanceof RuntimeException known
              ? known
              : new IllegalStateException(failed.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
