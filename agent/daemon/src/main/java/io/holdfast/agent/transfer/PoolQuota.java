package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.Pool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How much an open pool may store (POOL-08). The pool is measured when its quota is first asked
 * for, counted along while backups write, and measured again before anything is refused: room that
 * was made meanwhile counts. Spans under way when the quota is reached still come in, so a pool may
 * pass it by what is in flight. Thread-safe.
 */
public final class PoolQuota {
  private static final long MEASURE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Pool pool;
  private final Supplier<Limit> limit;
  private final LongSupplier nanoTime;
  private final LongAdder written = new LongAdder();
  private boolean measured;
  private long measuredAtNanos;
  private volatile long bytesBefore;

  /**
   * What the server said last.
   *
   * @param bytes 0: no limit but the disk's
   * @param poolName as the server calls the pool
   */
  record Limit(long bytes, String poolName) {
    static final Limit NONE = new Limit(0, "");

    static Limit of(PoolAccess access) {
      return new Limit(access.getQuotaBytes(), access.getPoolName());
    }
  }

  /**
   * @param limit the latest word; in force at once, also for backups that run
   */
  PoolQuota(Pool pool, Supplier<Limit> limit, LongSupplier nanoTime) {
    this.pool = pool;
    this.limit = limit;
    this.nanoTime = nanoTime;
  }

  /** So much more is in packs. */
  public void written(long bytes) {
    written.add(bytes);
  }

  /**
   * Does nothing while there is room.
   *
   * @throws BackupException POOL_QUOTA_REACHED naming pool, quota and what is stored
   */
  public void require() {
    Limit now = limit.get();
    long quota = now.bytes();
    if (quota <= 0 || (measured() && stored() < quota)) {
      return;
    }
    long stored = measure();
    if (stored >= quota) {
      throw BackupException.of(
          ErrorCode.POOL_QUOTA_REACHED, "pool", now.poolName(), "quota", quota, "used", stored);
    }
  }

  private synchronized boolean measured() {
    return measured;
  }

  private long stored() {
    return bytesBefore + written.sum();
  }

  private synchronized long measure() {
    long now = nanoTime.getAsLong();
    if (!measured || now - measuredAtNanos >= MEASURE_AGAIN_NANOS) {
      long counted = written.sum();
      bytesBefore = pool.usage().storedBytes() - counted;
      measured = true;
      measuredAtNanos = nanoTime.getAsLong();
    }
    return stored();
  }
}
