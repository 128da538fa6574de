package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.RestoreReceipt;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.agent.transfer.Lane;
import io.holdfast.agent.transfer.LaneStep;
import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.source.spi.DiskTarget;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * One stream of a disk on its way out of the pool. Every chunk is compared with its checksum as it
 * is read (RST-02). Several spans are under way: read and decoded by workers that all streams
 * share, each written at its offset as soon as it is decoded, whatever the order. Thread-safe.
 */
final class RestoreStream {
  private static final int ATTEMPTS = 5;

  private final RestoreSpans spans;
  private final DiskReader reader;
  private final ReconnectingDisk<DiskTarget> disk;
  private final TransferResources resources;
  private final Pace pace;
  private final Lane lane;
  private final boolean fresh;
  // Only the lane's worker touches it: the opening of the disk that unflushed writes went to.
  private int unflushedOpening;

  RestoreStream(
      RestoreSpans spans,
      DiskReader reader,
      TargetDisk disk,
      TransferResources resources,
      Pace pace,
      Lane lane) {
    this.spans = spans;
    this.reader = reader;
    this.disk = disk.link();
    this.fresh = disk.fresh();
    this.resources = resources;
    this.pace = pace;
    this.lane = lane;
  }

  RestoreSpans spans() {
    return spans;
  }

  /** Restores one span; repeating it writes the same bytes again. */
  CompletableFuture<RestoreReceipt> restore(long ordinal) {
    if (ordinal < 0 || ordinal >= spans.count()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "extent", "id", ordinal);
    }
    Restore step = new Restore((int) ordinal);
    lane.submit(step);
    return step.answer;
  }

  /** Makes everything asked for before durable on the target. */
  CompletableFuture<Void> sync() {
    Sync step = new Sync();
    lane.submit(step);
    return step.answer;
  }

  void close(int seconds) {
    lane.close(seconds);
  }

  private final class Sync implements LaneStep {
    private final CompletableFuture<Void> answer = new CompletableFuture<>();

    @Override
    public boolean begin(boolean mayWait) {
      return true;
    }

    /**
     * Writes that went to an earlier connection may have been lost with it: the session has to be
     * opened again and go on from what was durable.
     */
    @Override
    public void finish() {
      if (unflushedOpening != 0) {
        DiskTarget target = disk.open();
        if (disk.openings() != unflushedOpening) {
          throw BackupException.of(
              ErrorCode.DISK_WRITE_FAILED,
              "disk",
              disk.device(),
              "offset",
              0,
              "length",
              0,
              "cause",
              Reason.of(ReasonCode.NOT_FLUSHED));
        }
        flush(target);
        unflushedOpening = 0;
      }
      answer.complete(null);
    }

    private void flush(DiskTarget target) {
      try {
        new DiskFlush(disk.device(), DiskFlush.LIMIT).run(target);
      } catch (BackupException failed) {
        throw disk.named(failed);
      }
    }

    @Override
    public void fail(Throwable failure) {
      answer.completeExceptionally(failure);
    }
  }

  private final class Restore implements LaneStep {
    private final int ordinal;
    private final CompletableFuture<RestoreReceipt> answer = new CompletableFuture<>();
    private Optional<Pace.Admission> admission = Optional.empty();
    private Optional<SpanBuffers.Span> span = Optional.empty();
    private SpanWrite write;
    private CompletableFuture<Long> begun = CompletableFuture.completedFuture(0L);

    private Restore(int ordinal) {
      this.ordinal = ordinal;
    }

    @Override
    public boolean begin(boolean mayWait) {
      ByteRange range = spans.range(ordinal);
      if (spans.isData(ordinal)) {
        if (admission.isEmpty()) {
          admission = pace.admit(range.length(), mayWait);
          if (admission.isEmpty()) {
            return false;
          }
        }
        span = resources.buffers().take((int) range.length(), mayWait);
        if (span.isEmpty()) {
          return false;
        }
      }
      DiskTarget target = opened(disk.open());
      write = new SpanWrite(disk.device(), range, span, fresh, pace);
      if (span.isEmpty()) {
        write.start(target, disk.bufferBytes());
      } else {
        begun = CompletableFuture.supplyAsync(() -> decode(target), resources.decoders());
      }
      return true;
    }

    /** On a worker: the span's bytes out of the pool, and on their way. Bytes read from packs. */
    private long decode(DiskTarget target) {
      long read = reader.read(spans.range(ordinal).offset(), span.orElseThrow().bytes());
      write.poolBytes(read);
      write.start(target, disk.bufferBytes());
      admission.ifPresent(Pace.Admission::close);
      return read;
    }

    /** What is written from now on goes to this opening of the disk, or fails. */
    private DiskTarget opened(DiskTarget target) {
      if (unflushedOpening == 0) {
        unflushedOpening = disk.openings();
      }
      return target;
    }

    @Override
    public void finish() {
      long poolReadBytes = Joined.result(begun);
      awaitWrite();
      free();
      ByteRange range = spans.range(ordinal);
      answer.complete(
          RestoreReceipt.newBuilder()
              .setOrdinal(ordinal)
              .setWrittenBytes(write.writtenBytes())
              .setZeroBytes(range.length() - write.writtenBytes())
              .setPoolReadBytes(poolReadBytes)
              .build());
    }

    private void awaitWrite() {
      for (int attempt = 1; ; attempt++) {
        Optional<BackupException> failure = write.await();
        if (failure.isEmpty()) {
          return;
        }
        if (failure.get().kind() != ErrorKind.TRANSIENT || attempt == ATTEMPTS) {
          throw disk.named(failure.get());
        }
        write.start(opened(disk.reopened(write.target(), failure.get())), disk.bufferBytes());
      }
    }

    @Override
    public void fail(Throwable failure) {
      Joined.end(begun);
      if (write != null) {
        write.end();
      }
      free();
      answer.completeExceptionally(failure);
    }

    private void free() {
      admission.ifPresent(Pace.Admission::close);
      span.ifPresent(SpanBuffers.Span::close);
    }
  }
}
