package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.LimitedClosing;
import io.holdfast.source.PendingPieces;
import io.holdfast.source.rbd.jna.CephConnection;
import io.holdfast.source.rbd.jna.CephError;
import io.holdfast.source.rbd.jna.RbdEvents;
import io.holdfast.source.rbd.jna.RbdEvents.Kind;
import io.holdfast.source.rbd.jna.RbdHandle;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open RBD image: requests of up to a slot's memory, many in flight. It owns its connection to
 * the cluster. Futures complete on the thread of its {@link RbdRequests}. After a crash of this
 * host nothing is held: the cluster forgets the lock after half a minute; what was flushed is
 * durable.
 */
final class RbdDisk implements DiskSource, DiskTarget {
  private static final Logger LOG = LoggerFactory.getLogger(RbdDisk.class);

  /** The range of one zeroing: 64 objects of the usual size. */
  private static final long ZERO_BYTES = 256L << 20;

  private final CephConnection connection;
  private final RbdHandle handle;
  private final RbdEvents events;
  private final RbdRequests requests;
  private final RbdErrors errors;
  private final DiskFailures failures;
  private final RbdLimits limits;
  private final long sizeBytes;
  private final int slots;
  private final Supplier<ExtentMap> areas;
  private final int slotBytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param opened what is open and is closed with this
   * @param errors of the image
   * @param slotBytes largest single request
   * @param operation the cluster's time-out of one operation
   */
  RbdDisk(Opened opened, RbdErrors errors, int slotBytes, Duration operation, RbdLimits limits) {
    this.connection = opened.connection();
    this.handle = opened.handle();
    this.events = opened.events();
    this.slots = opened.slots();
    this.areas = opened.areas();
    this.slotBytes = slotBytes;
    this.errors = errors;
    this.failures = errors.failures();
    this.limits = limits;
    this.sizeBytes = opened.sizeBytes();
    this.requests =
        new RbdRequests(
            failures.disk(),
            events,
            slots,
            operation.plus(limits.beyondOperation()),
            new RequestFailures());
  }

  /** The native side of a disk. */
  record Opened(
      CephConnection connection,
      RbdHandle handle,
      long sizeBytes,
      RbdEvents events,
      int slots,
      Supplier<ExtentMap> areas) {}

  private final class RequestFailures implements RbdRequests.Failures {
    @Override
    public BackupException of(Kind kind, long offset, long length, long result) {
      long now = handle.sizeBytes(errors::asking);
      if (now != sizeBytes) {
        return failures.sizeChanged(sizeBytes, now);
      }
      if (result >= 0) {
        return failures.shortRead(offset, length, result);
      }
      CephError error = new CephError(kind.function(), Math.toIntExact(-result));
      return kind == Kind.READ
          ? errors.reading(error, offset, length)
          : errors.writing(error, offset, length);
    }

    @Override
    public BackupException of(Kind kind, long offset, long length, String reason) {
      return kind == Kind.READ
          ? failures.read(offset, length, reason, null)
          : failures.write(offset, length, reason, null);
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public CompletableFuture<Void> read(long offset, ByteBuffer into) {
    return inPieces(Kind.READ, offset, into);
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    return inPieces(Kind.WRITE, offset, from);
  }

  private CompletableFuture<Void> inPieces(Kind kind, long offset, ByteBuffer buffer) {
    int begin = buffer.position();
    int length = buffer.remaining();
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    if (invalid != null) {
      return FutureEnds.failed(invalid);
    }
    PendingPieces pieces = new PendingPieces(() -> buffer.position(begin + length));
    for (int done = 0; done < length; done += slotBytes) {
      int piece = Math.min(slotBytes, length - done);
      pieces.add(requests.submit(kind, offset + done, piece, buffer, begin + done));
    }
    return pieces.allAdded();
  }

  /** By whole objects where it can: they are dropped and take no space. */
  @Override
  public CompletableFuture<Void> zero(long offset, long length) {
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    if (invalid != null) {
      return FutureEnds.failed(invalid);
    }
    PendingPieces pieces = new PendingPieces(() -> {});
    long end = offset + length;
    for (long at = offset; at < end; ) {
      // Pieces end at multiples, so that no object is cut in two.
      long next = Math.min(end, (at / ZERO_BYTES + 1) * ZERO_BYTES);
      pieces.add(requests.submit(Kind.ZERO, at, next - at, null, 0));
      at = next;
    }
    return pieces.allAdded();
  }

  /** Asked by a connection of its own, which no {@link #close} ends under it. */
  @Override
  public Optional<ExtentMap> dataAreas() {
    return Optional.of(areas.get());
  }

  /** What is written beyond the end of an image that shrank is lost without an error: told here. */
  @Override
  public CompletableFuture<Void> flush() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    FutureEnds.onEnd(
        requests.submit(Kind.FLUSH, 0, 0, null, 0),
        error -> {
          if (error != null) {
            done.completeExceptionally(error);
          } else if (closed.get()) {
            done.completeExceptionally(
                failures.write(0, 0, Reason.of(ReasonCode.DISK_CLOSED), null));
          } else {
            completeUnlessShrunk(done);
          }
        });
    return done;
  }

  private void completeUnlessShrunk(CompletableFuture<Void> done) {
    long now = handle.sizeBytes(errors::asking);
    if (now < sizeBytes) {
      done.completeExceptionally(failures.sizeChanged(sizeBytes, now));
    } else {
      done.complete(null);
    }
  }

  @Override
  public int usefulReadsInFlight() {
    return slots;
  }

  @Override
  public int usefulRequestsInFlight() {
    return slots;
  }

  /**
   * Fails what runs and frees the native handles. Requests that librbd does not end in a quarter of
   * an hour keep theirs to the end of the process: freeing them under the request would end the
   * process at once.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LimitedClosing closing = new LimitedClosing("rbd-close " + failures.disk(), limits.close());
    if (!closing.close(this::free, !requests.isReceiver())) {
      LOG.warn("Closing {} takes long and is not waited for", failures.disk());
    }
  }

  private void free() {
    try {
      if (!requests.end(limits.drain())) {
        LOG.warn("A request on {} has not ended; its handles are kept", failures.disk());
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    handle.close();
    events.close();
    connection.close();
  }
}
