package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.agent.throttle.SystemThrottleTime;
import io.holdfast.agent.throttle.Throttles;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stages between a disk and a stream of the pool. */
class BackupStreamTest {
  private static final int SPAN = 64 << 10;
  private static final int WORKERS = 2;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TransferWorkers encoders = new TransferWorkers("encode", WORKERS);
  private final SpanBuffers buffers = new SpanBuffers(6 * SPAN);
  private final TransferResources resources =
      new TransferResources(
          buffers,
          threads,
          encoders,
          encoders,
          new Throttles(new SystemThrottleTime(Clock.systemUTC())));
  private final SessionStages stages =
      new SessionStages(() -> new ChunkStage(new Compression(Codec.NONE, 0), SPAN));

  @AfterEach
  void end() {
    encoders.close();
    threads.shutdown();
  }

  private BackupStream stream(ScriptedWriter writer) {
    DiskEndpoint endpoint =
        new DiskEndpoint(
            "file",
            "",
            0,
            new DiskEndpoint.LocalFile(Path.of("vda")),
            SPAN,
            1,
            Duration.ofMinutes(1),
            "");
    ReconnectingDisk<DiskSource> disk =
        new ReconnectingDisk<>(
            "web-01",
            "vda",
            () -> endpoint,
            where -> new Ready(),
            DiskSource::close,
            Clock.systemUTC());
    return new BackupStream(
        writer, disk, stages, resources, new StreamPace(Pace.unlimited()), new Lane("s", threads));
  }

  /** Answers every read at once. */
  private static final class Ready implements DiskSource {
    @Override
    public long sizeBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer into) {
      into.position(into.limit());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public int usefulReadsInFlight() {
      return 1;
    }

    @Override
    public void close() {}
  }

  private static LongConsumer waitingFor(CountDownLatch gate) {
    return ordinal -> {
      try {
        assertTrue(gate.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException interrupted) {
        throw new IllegalStateException(interrupted);
      }
    };
  }

  @Test
  @Tag("OPT-06")
  void allStreamsTogetherUseNoMoreThreadsThanThereAreWorkers() {
    ScriptedWriter writer =
        new ScriptedWriter(
            SPAN,
            ordinal -> {
              try {
                TimeUnit.MILLISECONDS.sleep(2);
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
            });
    List<CompletableFuture<ExtentResult>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      BackupStream stream = stream(writer);
      for (int extent = 0; extent < 16; extent++) {
        answers.add(stream.transfer(16 * i + extent, () -> {}));
      }
    }
    answers.forEach(CompletableFuture::join);
    assertEquals(64, writer.sync());
    assertEquals(WORKERS, writer.mostPreparing.get());
    for (int i = 0; i < 3; i++) {
      assertTrue(buffers.tryTake(2 * SPAN).isPresent(), "all memory came back");
    }
  }

  @Test
  @Tag("JOB-09")
  void aFailureFailsItsExtentAndNoOther() {
    ScriptedWriter writer =
        new ScriptedWriter(
            SPAN,
            ordinal -> {
              if (ordinal == 3) {
                throw new IllegalStateException("extent 3");
              }
            });
    BackupStream stream = stream(writer);
    List<CompletableFuture<ExtentResult>> answers = new ArrayList<>();
    for (int extent = 0; extent < 8; extent++) {
      answers.add(stream.transfer(extent, () -> {}));
    }
    CompletableFuture<Long> synced = stream.sync();
    CompletionException failed = assertThrows(CompletionException.class, answers.get(3)::join);
    assertEquals("extent 3", failed.getCause().getMessage());
    for (int extent = 0; extent < 8; extent++) {
      assertEquals(extent == 3, answers.get(extent).handle((done, bad) -> bad != null).join());
    }
    assertEquals(3, synced.join());
    assertTrue(buffers.tryTake(6 * SPAN).isPresent(), "all memory came back");
  }

  @Test
  @Tag("POOL-08")
  void roomIsMeasuredOffTheCallersThreadAndWithoutItOnlyThatExtentFails() {
    ScriptedWriter writer = new ScriptedWriter(SPAN, ordinal -> {});
    BackupStream stream = stream(writer);
    Thread caller = Thread.currentThread();
    CompletableFuture<Boolean> elsewhere = new CompletableFuture<>();
    CompletableFuture<ExtentResult> refused =
        stream.transfer(
            0,
            () -> {
              elsewhere.complete(Thread.currentThread() != caller);
              throw new IllegalStateException("full");
            });
    CompletableFuture<ExtentResult> taken = stream.transfer(1, () -> {});

    CompletionException failed = assertThrows(CompletionException.class, refused::join);
    assertEquals("full", failed.getCause().getMessage());
    assertTrue(elsewhere.join());
    taken.join();
    assertTrue(buffers.tryTake(6 * SPAN).isPresent(), "all memory came back");
  }

  @Test
  @Tag("JOB-09")
  void aSyncIsAnsweredAfterAllExtentsBeforeIt() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    ScriptedWriter writer = new ScriptedWriter(SPAN, waitingFor(gate));
    BackupStream stream = stream(writer);
    stream.transfer(0, () -> {});
    stream.transfer(1, () -> {});
    CompletableFuture<Long> synced = stream.sync();
    TimeUnit.MILLISECONDS.sleep(100);
    assertFalse(synced.isDone());
    gate.countDown();
    assertEquals(2, synced.get(20, TimeUnit.SECONDS));
  }

  @Test
  @Tag("JOB-09")
  void closingWaitsForWhatAWorkerHolds() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    ScriptedWriter writer = new ScriptedWriter(SPAN, waitingFor(gate));
    BackupStream stream = stream(writer);
    CompletableFuture<ExtentResult> answer = stream.transfer(0, () -> {});
    while (writer.preparing.get() == 0) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> stream.close(20), threads);
    TimeUnit.MILLISECONDS.sleep(100);
    assertFalse(closed.isDone());
    gate.countDown();
    closed.get(20, TimeUnit.SECONDS);
    assertTrue(answer.isDone());
    assertEquals(1, writer.appended.size());
  }
}
