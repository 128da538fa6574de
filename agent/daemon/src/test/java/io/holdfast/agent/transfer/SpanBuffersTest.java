package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-06")
class SpanBuffersTest {
  private static final int PAGE = 1 << 16;

  private final SpanBuffers buffers = new SpanBuffers(8 * PAGE);

  @Test
  void spansDoNotShareBytesAndHaveTheLengthAskedFor() {
    try (SpanBuffers.Span one = buffers.take(3 * PAGE + 1);
        SpanBuffers.Span two = buffers.take(PAGE)) {
      assertEquals(3 * PAGE + 1, one.bytes().remaining());
      two.bytes().put(0, (byte) 7);
      one.bytes().put(3 * PAGE, (byte) 9);
      assertEquals(7, two.bytes().get(0));
    }
  }

  @Test
  void whoTakesWaitsUntilOthersGiveBackAndNobodyOvertakes() throws Exception {
    SpanBuffers.Span all = buffers.take(8 * PAGE);
    CompletableFuture<SpanBuffers.Span> big =
        CompletableFuture.supplyAsync(() -> buffers.take(6 * PAGE));
    assertThrows(TimeoutException.class, () -> big.get(200, TimeUnit.MILLISECONDS));
    assertTrue(buffers.tryTake(PAGE).isEmpty());

    all.close();
    all.close();

    try (SpanBuffers.Span taken = big.get(5, TimeUnit.SECONDS)) {
      assertFalse(taken.bytes().isReadOnly());
      assertTrue(buffers.tryTake(3 * PAGE).isEmpty());
    }
  }

  @Test
  void whatCanNeverFitIsADefect() {
    assertThrows(IllegalArgumentException.class, () -> buffers.take(9 * PAGE));
    assertEquals(4 * PAGE, buffers.maxSpanBytes());
  }
}
