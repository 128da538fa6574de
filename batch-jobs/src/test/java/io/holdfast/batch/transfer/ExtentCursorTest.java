package io.holdfast.batch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-09")
class ExtentCursorTest {
  private static final StreamRef STREAM = new StreamRef(UUID.randomUUID(), 0, "vda", 0);

  private static final TransferPatience PATIENT =
      new TransferPatience() {
        @Override
        public boolean isOver() {
          return false;
        }

        @Override
        public Optional<Duration> mayHoldBack() {
          return Optional.of(Duration.ZERO);
        }
      };

  @Test
  void goesOnFromThePositionAndEndsWithThePlan() {
    PlannedChannel channel = new PlannedChannel(10, 3);
    ExtentCursor cursor = new ExtentCursor(channel, STREAM, PATIENT, 4, 10);
    List<Long> ordinals = new ArrayList<>();
    for (ExtentItem item = cursor.next(); item != null; item = cursor.next()) {
      ordinals.add(item.ordinal());
    }
    assertEquals(List.of(4L, 5L, 6L, 7L, 8L, 9L), ordinals);
    assertNull(cursor.next());
    assertEquals(List.of(4L, 7L), channel.asked);
  }

  @Test
  void asksNothingWhenThereIsNothingLeft() {
    PlannedChannel channel = new PlannedChannel(10, 3);
    assertNull(new ExtentCursor(channel, STREAM, PATIENT, 10, 10).next());
    assertEquals(List.of(), channel.asked);
  }

  @Test
  void aPlanThatEndsTooEarlyIsNotTheEnd() {
    ExtentCursor cursor = new ExtentCursor(new PlannedChannel(2, 8), STREAM, PATIENT, 0, 3);
    cursor.next();
    cursor.next();
    assertThrows(IllegalStateException.class, cursor::next);
  }

  @Test
  void aPlanWithAHoleIsRefused() {
    PlannedChannel channel = new PlannedChannel(5, 8);
    channel.leftOut = 2;
    ExtentCursor cursor = new ExtentCursor(channel, STREAM, PATIENT, 0, 5);
    cursor.next();
    cursor.next();
    assertThrows(IllegalStateException.class, cursor::next);
  }

  private static final class PlannedChannel implements ExtentChannel {
    private final int extents;
    private final int page;
    private final List<Long> asked = new ArrayList<>();
    private long leftOut = -1;

    PlannedChannel(int extents, int page) {
      this.extents = extents;
      this.page = page;
    }

    @Override
    public CompletableFuture<List<ExtentItem>> read(StreamRef stream, long fromOrdinal) {
      asked.add(fromOrdinal);
      List<ExtentItem> items = new ArrayList<>();
      for (long i = fromOrdinal; i < extents && items.size() < page; i++) {
        if (i != leftOut) {
          items.add(new ExtentItem(i, i << 20, 1 << 20, 1 << 20));
        }
      }
      return CompletableFuture.completedFuture(items);
    }

    @Override
    public CompletableFuture<Receipt> transfer(StreamRef stream, ExtentItem extent) {
      return CompletableFuture.completedFuture(new Receipt(extent.ordinal(), 0, 0, 0, 0, 0, 0));
    }

    @Override
    public CompletableFuture<Long> sync(StreamRef stream, long nextOrdinal) {
      return CompletableFuture.completedFuture(nextOrdinal);
    }
  }
}
