package io.holdfast.agent.testing;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.file.FileDiskTransport;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Raw files, with what is read and written counted and connections broken on demand. */
public final class CountingTransport implements DiskTransport {
  private final DiskTransport files = new FileDiskTransport();
  private final AtomicLong readBytes = new AtomicLong();
  private final AtomicLong writtenBytes = new AtomicLong();
  private final AtomicLong zeroedBytes = new AtomicLong();
  private final AtomicInteger failingReads = new AtomicInteger();
  private final AtomicInteger failingWrites = new AtomicInteger();
  private volatile BackupException readFailure;
  private volatile BackupException writeFailure;

  public long readBytes() {
    return readBytes.get();
  }

  public long writtenBytes() {
    return writtenBytes.get();
  }

  public long zeroedBytes() {
    return zeroedBytes.get();
  }

  public void reset() {
    readBytes.set(0);
    writtenBytes.set(0);
    zeroedBytes.set(0);
  }

  /** The next reads fail as if the connection had been lost. */
  public void failReads(int count) {
    failReads(count, BackupException.of(ErrorCode.DISK_READ_FAILED, "cause", "connection lost"));
  }

  /** The next reads of sources fail so. */
  public void failReads(int count, BackupException with) {
    readFailure = with;
    failingReads.set(count);
  }

  /** The next writes fail so. */
  public void failWrites(int count, BackupException with) {
    writeFailure = with;
    failingWrites.set(count);
  }

  /** Whether this one is to fail. */
  private static boolean fails(AtomicInteger left) {
    return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
  }

  /** Requests that are still to fail. */
  public int failuresLeft() {
    return failingReads.get() + failingWrites.get();
  }

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public Availability availability() {
    return new Availability(true, "test");
  }

  @Override
  public DiskSource openForReading(DiskEndpoint endpoint) {
    DiskSource source = files.openForReading(endpoint);
    return new DiskSource() {
      @Override
      public long sizeBytes() {
        return source.sizeBytes();
      }

      @Override
      public CompletableFuture<Void> read(long offset, ByteBuffer into) {
        if (fails(failingReads)) {
          return CompletableFuture.failedFuture(readFailure);
        }
        readBytes.addAndGet(into.remaining());
        return source.read(offset, into);
      }

      @Override
      public int usefulReadsInFlight() {
        return source.usefulReadsInFlight();
      }

      @Override
      public void close() {
        source.close();
      }
    };
  }

  @Override
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    DiskTarget target = files.openForWriting(endpoint);
    return new DiskTarget() {
      @Override
      public long sizeBytes() {
        return target.sizeBytes();
      }

      @Override
      public CompletableFuture<Void> write(long offset, ByteBuffer from) {
        if (fails(failingWrites)) {
          return CompletableFuture.failedFuture(writeFailure);
        }
        writtenBytes.addAndGet(from.remaining());
        return target.write(offset, from);
      }

      @Override
      public CompletableFuture<Void> zero(long offset, long length) {
        zeroedBytes.addAndGet(length);
        return target.zero(offset, length);
      }

      @Override
      public CompletableFuture<Void> read(long offset, ByteBuffer into) {
        return target.read(offset, into);
      }

      @Override
      public CompletableFuture<Void> flush() {
        return target.flush();
      }

      @Override
      public int usefulRequestsInFlight() {
        return target.usefulRequestsInFlight();
      }

      @Override
      public void close() {
        target.close();
      }
    };
  }
}
