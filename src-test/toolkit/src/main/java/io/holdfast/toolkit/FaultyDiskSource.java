package io.holdfast.toolkit;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A source whose n-th read goes wrong; {@link Fault#at()} counts reads from 0. Thread-safe as the
 * source behind it.
 */
public final class FaultyDiskSource implements DiskSource {
  private final DiskSource source;
  private final Fault fault;
  private final AtomicLong reads = new AtomicLong();

  public FaultyDiskSource(DiskSource source, Fault fault) {
    this.source = source;
    this.fault = fault;
  }

  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public CompletableFuture<Void> read(long offset, ByteBuffer into) {
    if (!fault.strikes(reads.getAndIncrement())) {
      return source.read(offset, into);
    }
    int start = into.position();
    int length = into.remaining();
    return switch (fault.kind()) {
      case CUT -> failed(ErrorCode.DISK_READ_FAILED, offset, length);
      case HANG -> new CompletableFuture<>();
      case TRUNCATE -> failed(ErrorCode.DISK_SHORT_READ, offset, length);
      case LOSE_REPLY ->
          source
              .read(offset, into)
              .thenCompose(read -> failed(ErrorCode.DISK_READ_FAILED, offset, length));
      case DELAY ->
          CompletableFuture.runAsync(
                  () -> {},
                  CompletableFuture.delayedExecutor(fault.pause().toNanos(), TimeUnit.NANOSECONDS))
              .thenCompose(later -> source.read(offset, into));
      case FLIP_BIT ->
          source.read(offset, into).thenRun(() -> into.put(start, (byte) (into.get(start) ^ 1)));
    };
  }

  private static CompletableFuture<Void> failed(ErrorCode code, long offset, int length) {
    return CompletableFuture.failedFuture(
        BackupException.of(
            code,
            "disk",
            "faulty",
            "offset",
            offset,
            "length",
            length,
            "actual",
            0,
            "cause",
            "injected"));
  }

  @Override
  public int usefulReadsInFlight() {
    return source.usefulReadsInFlight();
  }

  @Override
  public void close() {
    source.close();
  }
}
