package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-09")
class TransferStreamTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private final TransferStream stream =
      new TransferStream(
          UUID.randomUUID(),
          new TransferStream.StreamKey(0, "vda", 0),
          10,
          new TransferStream.Plan(1000, "digest"));

  @Test
  @Tag("JOB-03")
  void windowsAddUp() {
    stream.add(window(0, 4), NOW);
    stream.add(window(4, 10), NOW);
    assertEquals(10, stream.getPosition());
    assertTrue(stream.isComplete());
    assertEquals(new Amounts(1000, 1000, 900, 100, 500, 40, 30), stream.amounts());
    assertEquals(100, stream.amounts().percent());
  }

  @Test
  void aReplayedWindowChangesNothing() {
    stream.add(window(0, 4), NOW);
    Amounts before = stream.amounts();
    stream.add(window(0, 4), NOW);
    assertEquals(before, stream.amounts());
    assertEquals(4, stream.getPosition());
  }

  @Test
  void ofAnOverlappingWindowOnlyTheNewPartCounts() {
    stream.add(window(0, 4), NOW);
    stream.add(window(2, 6), NOW);
    assertEquals(6, stream.getPosition());
    assertEquals(600, stream.amounts().doneBytes());
  }

  @Test
  void aGapIsRefused() {
    stream.add(window(0, 4), NOW);
    assertThrows(IllegalArgumentException.class, () -> stream.add(window(5, 6), NOW));
    assertThrows(
        IllegalArgumentException.class, () -> new ReceiptWindow(List.of(receipt(1), receipt(3))));
    assertThrows(
        IllegalArgumentException.class, () -> new ReceiptWindow(List.of(receipt(1), receipt(1))));
    assertEquals(4, stream.getPosition());
    assertFalse(stream.isComplete());
  }

  @Test
  void moreThanThePlanIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> stream.add(window(0, 11), NOW));
    assertEquals(0, stream.getPosition());
  }

  private static ReceiptWindow window(long from, long to) {
    return new ReceiptWindow(
        LongStream.range(from, to).mapToObj(TransferStreamTest::receipt).toList());
  }

  private static Receipt receipt(long ordinal) {
    return new Receipt(ordinal, 100, 90, 10, 50, 4, 3);
  }
}
