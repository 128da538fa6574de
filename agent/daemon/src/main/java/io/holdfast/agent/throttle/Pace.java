package io.holdfast.agent.throttle;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How fast one session may go: its use of a transfer and of a disk limiter. A span first asks for
 * admission, before it takes memory, so that a slow or held session keeps no memory from others;
 * then every request of it passes by itself. Thread-safe.
 */
public final class Pace implements AutoCloseable {
  private static final CompletableFuture<Void> GO = CompletableFuture.completedFuture(null);

  private final Throttle transfer;
  private final Throttle disk;
  private final Runnable leaving;
  private final Set<CompletableFuture<Void>> held = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  Pace(Throttle transfer, Throttle disk, Runnable leaving) {
    this.transfer = transfer;
    this.disk = disk;
    this.leaving = leaving;
  }

  /** A pace that holds nothing back. */
  public static Pace unlimited() {
    ThrottleTime unused =
        new ThrottleTime() {
          @Override
          public Instant now() {
            return Instant.EPOCH;
          }

          @Override
          public long nanoTime() {
            return 0;
          }

          @Override
          public void schedule(Runnable work, long delayNanos) {
            throw new IllegalStateException("nothing waits");
          }
        };
    return new Pace(
        new Throttle(RateSchedule.NONE, unused), new Throttle(RateSchedule.NONE, unused), () -> {});
  }

  /** Other limits from now on, for all who share the limiters. */
  public void limit(Limits limits) {
    transfer.limit(limits.transfer());
    disk.limit(limits.disk());
  }

  /** Bytes per second of the transfer that hold now. */
  public long transferBytesPerSecond() {
    return transfer.bytesPerSecond();
  }

  /** Bytes per second of the disk that hold now. */
  public long diskBytesPerSecond() {
    return disk.bytesPerSecond();
  }

  /** The next instant at which one of them may change; {@link Instant#MAX}: never. */
  public Instant nextChange() {
    Instant ofTransfer = transfer.nextChange();
    Instant ofDisk = disk.nextChange();
    return ofTransfer.isBefore(ofDisk) ? ofTransfer : ofDisk;
  }

  /** Whether nothing is limited now: requests may go as they are. */
  public boolean isOpen() {
    return transfer.isOpen() && disk.isOpen();
  }

  /** Whether something of this session is being held back: it is busy, however long it takes. */
  public boolean isHolding() {
    return waiting.get() > 0 || !held.isEmpty();
  }

  /** Leave to take memory for a span; closed as soon as its requests have asked to pass. */
  public final class Admission implements AutoCloseable {
    private final long bytes;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Admission(long bytes) {
      this.bytes = bytes;
      transfer.reserve(bytes);
      disk.reserve(bytes);
    }

    /** Idempotent. */
    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        transfer.reserve(-bytes);
        disk.reserve(-bytes);
      }
    }
  }

  /**
   * Asks for admission.
   *
   * @param mayWait whether to wait, without any time limit
   * @return empty when there is none now and {@code mayWait} is false
   * @throws BackupException SESSION_NOT_OPEN when the session was closed
   */
  public Optional<Admission> admit(long bytes, boolean mayWait) {
    waiting.incrementAndGet();
    try {
      while (!transfer.hasRoom() || !disk.hasRoom()) {
        if (closed.get()) {
          throw ended();
        }
        if (!mayWait) {
          return Optional.empty();
        }
        (transfer.hasRoom() ? disk : transfer).awaitRoom();
      }
      return Optional.of(new Admission(bytes));
    } finally {
      waiting.decrementAndGet();
    }
  }

  /**
   * The largest request that keeps the flow even.
   *
   * @param requestBytes the largest that the disk likes
   */
  public int unitBytes(int requestBytes) {
    return Math.min(transfer.unitBytes(requestBytes), disk.unitBytes(requestBytes));
  }

  /**
   * Asks for a request to pass both limiters.
   *
   * @param diskBytes of the request
   * @param transferBytes what they are on their way, known or guessed
   * @return completes when the request may be sent; fails SESSION_NOT_OPEN when the session closes
   */
  public CompletableFuture<Void> pass(long diskBytes, long transferBytes) {
    if (isOpen()) {
      return GO;
    }
    return held(transfer.pass(transferBytes)).thenCompose(passed -> held(disk.pass(diskBytes)));
  }

  private CompletableFuture<Void> held(CompletableFuture<Void> pass) {
    if (!pass.isDone()) {
      held.add(pass);
      pass.whenComplete((passed, failure) -> held.remove(pass));
      if (closed.get()) {
        pass.completeExceptionally(ended());
      }
    }
    return pass;
  }

  /** Settles a guess of transferred bytes. */
  public void correctTransfer(long bytes) {
    transfer.correct(bytes);
  }

  /** Whatever is held back fails; nothing is held back any more. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      held.forEach(pass -> pass.completeExceptionally(ended()));
      transfer.forgetGivenUp();
      disk.forgetGivenUp();
      leaving.run();
    }
  }

  private static BackupException ended() {
    return BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", "");
  }
}
