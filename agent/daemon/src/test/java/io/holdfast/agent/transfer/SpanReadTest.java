package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SpanReadTest {
  private static final int HALF = 64 << 10;
  private static final StreamPace PACE = new StreamPace(Pace.unlimited());

  /** Accepts one read and cannot send the next. */
  private static final class Choking implements DiskSource {
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private boolean asked;

    @Override
    public long sizeBytes() {
      return 2 * HALF;
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer into) {
      if (asked) {
        throw new IllegalStateException("no more");
      }
      asked = true;
      return first;
    }

    @Override
    public int usefulReadsInFlight() {
      return 2;
    }

    @Override
    public void close() {}
  }

  @Test
  @Tag("JOB-09")
  void aSpanIsNotFreeWhileAReadSentBeforeAFailureIsInFlight() throws Exception {
    ByteRange all = new ByteRange(0, 2 * HALF);
    PlanItem item = new PlanItem(all, List.of(new Extent(all, Extent.State.DATA)));
    Choking source = new Choking();
    SpanRead read = new SpanRead("vda", item, new SpanBuffers(4 * HALF).take(2 * HALF), HALF, PACE);
    assertThrows(IllegalStateException.class, () -> read.start(source));

    CompletableFuture<Void> ended = CompletableFuture.runAsync(read::end);
    TimeUnit.MILLISECONDS.sleep(200);
    assertFalse(ended.isDone(), "the read may still write into the span");
    source.first.complete(null);
    ended.get(10, TimeUnit.SECONDS);
  }
}
