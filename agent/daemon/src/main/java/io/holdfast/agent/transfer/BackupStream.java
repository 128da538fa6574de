package io.holdfast.agent.transfer;

import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorKind;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.ExtentDraft;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.StreamWriter;
import io.holdfast.source.spi.DiskSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a disk on its way into the pool. Several spans are under way: read from the disk,
 * then prepared and appended by a worker that all streams share, in whatever order they come; so
 * neither disk nor processors nor pool wait for the server. Thread-safe.
 */
final class BackupStream {
  private static final Logger LOG = LoggerFactory.getLogger(BackupStream.class);
  private static final int ATTEMPTS = 5;

  private final StreamWriter writer;
  private final ReconnectingDisk<DiskSource> disk;
  private final SessionStages stages;
  private final TransferResources resources;
  private final StreamPace pace;
  private final Lane lane;

  BackupStream(
      StreamWriter writer,
      ReconnectingDisk<DiskSource> disk,
      SessionStages stages,
      TransferResources resources,
      StreamPace pace,
      Lane lane) {
    this.writer = writer;
    this.disk = disk;
    this.stages = stages;
    this.resources = resources;
    this.pace = pace;
    this.lane = lane;
  }

  /**
   * Brings one planned extent into the pool; one that is there is answered from the journal.
   *
   * @param room fails when nothing more may be stored; may take as long as measuring the pool, so
   *     it runs on the lane
   */
  CompletableFuture<ExtentResult> transfer(long ordinal, Runnable room) {
    Transfer step = new Transfer(ordinal, room);
    lane.submit(step);
    return step.answer;
  }

  /** Makes everything asked for before durable; answers the first ordinal that is not. */
  CompletableFuture<Long> sync() {
    Sync step = new Sync();
    lane.submit(step);
    return step.answer;
  }

  /** Lets extents under way end and makes them durable. */
  void close(int seconds) {
    if (!lane.close(seconds)) {
      return;
    }
    try {
      LOG.debug("Stream durable up to {}", writer.lastSync());
    } catch (BackupException failed) {
      LOG.info("The end of a stream stays to be read again: {}", failed.getMessage());
    }
  }

  private final class Sync implements LaneStep {
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

  private final class Transfer implements LaneStep {
    private final long ordinal;
    private final Runnable room;
    private final CompletableFuture<ExtentResult> answer = new CompletableFuture<>();
    private Optional<Pace.Admission> admission = Optional.empty();
    private SpanBuffers.Span span;
    private SpanRead read;
    private volatile boolean reachedWorker;
    private CompletableFuture<ExtentResult> stored = CompletableFuture.completedFuture(null);

    private Transfer(long ordinal, Runnable room) {
      this.ordinal = ordinal;
      this.room = room;
    }

    @Override
    public boolean begin(boolean mayWait) {
      if (writer.covers(ordinal)) {
        return true;
      }
      room.run();
      PlanItem item = writer.item(ordinal);
      if (!admitted(item, mayWait)) {
        return false;
      }
      Optional<SpanBuffers.Span> taken =
          resources.buffers().take((int) item.span().length(), mayWait);
      if (taken.isEmpty()) {
        return false;
      }
      span = taken.get();
      if (item.readBytes() == 0) {
        read = new SpanRead(disk.device(), item, span, 1, pace);
        stored = storedAfter(read);
      } else {
        DiskSource source = disk.open();
        read = new SpanRead(disk.device(), item, span, disk.bufferBytes(), pace);
        start(source);
      }
      admission.ifPresent(Pace.Admission::close);
      return true;
    }

    /** Before memory is taken: a session that is held back keeps none from others. */
    private boolean admitted(PlanItem item, boolean mayWait) {
      if (admission.isEmpty() && item.readBytes() > 0) {
        admission = pace.admit(item.readBytes(), mayWait);
        return admission.isPresent();
      }
      return true;
    }

    private void start(DiskSource source) {
      read.start(source);
      stored = storedAfter(read);
    }

    private CompletableFuture<ExtentResult> storedAfter(SpanRead reading) {
      return reading
          .completion()
          .thenApplyAsync(done -> store(), resources.encoders())
          .thenCompose(Function.identity());
    }

    /** On a worker. The span is free as soon as its records are made. */
    private CompletableFuture<ExtentResult> store() {
      reachedWorker = true;
      ChunkStage stage = stages.borrow();
      try {
        ExtentDraft draft = resources.encoders().draft();
        writer.fillUnread(ordinal, span.bytes());
        writer.prepare(ordinal, span.bytes(), stage, draft);
        span.close();
        return writer.appendLater(draft);
      } finally {
        stages.giveBack(stage);
      }
    }

    @Override
    public void finish() {
      if (read == null) {
        answer.complete(writer.receipt(ordinal));
        return;
      }
      awaitRead();
      ExtentResult result = Joined.result(stored);
      pace.settle(result.readBytes(), read.guessedBytes(), result.storedBytes());
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
          throw disk.named(failure.get());
        }
        // A read that was given up may have come after all: then the worker's result counts.
        Joined.end(stored);
        if (reachedWorker) {
          return;
        }
        start(disk.reopened(read.source(), failure.get()));
      }
    }

    @Override
    public void fail(Throwable failure) {
      free();
      answer.completeExceptionally(failure);
    }

    private void free() {
      admission.ifPresent(Pace.Admission::close);
      if (span != null) {
        if (read != null) {
          read.end();
        }
        Joined.end(stored);
        span.close();
      }
    }
  }
}
