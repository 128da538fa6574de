package io.holdfast.server.run;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The receipts of one batch window of one stream: contiguous ordinals, in order. Immutable.
 *
 * @param receipts in order, without a gap
 */
public record ReceiptWindow(List<Receipt> receipts) {
  /**
   * What one extent came to.
   *
   * @param ordinal 0-based within the stream
   * @param plannedBytes bytes the plan counted for it
   * @param readBytes read from the source (backup) or the pool (restore)
   * @param zeroBytes found or left to be zero
   * @param storedBytes written to the pool (backup) or the target (restore)
   * @param chunks chunks it holds
   * @param newChunks of them new in the pool
   */
  public record Receipt(
      long ordinal,
      long plannedBytes,
      long readBytes,
      long zeroBytes,
      long storedBytes,
      long chunks,
      long newChunks) {}

  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException when ordinals are not contiguous
   */
  public ReceiptWindow {
    receipts = List.copyOf(receipts);
    for (int i = 1; i < receipts.size(); i++) {
      if (receipts.get(i).ordinal() != receipts.get(i - 1).ordinal() + 1) {
        throw new IllegalArgumentException(
            "receipt " + receipts.get(i).ordinal() + " after " + receipts.get(i - 1).ordinal());
      }
    }
  }

  public boolean isEmpty() {
    return receipts.isEmpty();
  }

  /** First ordinal; 0 of an empty window. */
  public long from() {
    return receipts.isEmpty() ? 0 : receipts.get(0).ordinal();
  }

  /** First ordinal after the window; 0 of an empty one. */
  public long next() {
    return receipts.isEmpty() ? 0 : receipts.get(receipts.size() - 1).ordinal() + 1;
  }

  /** The part from an ordinal on. */
  public ReceiptWindow from(long ordinal) {
    return new ReceiptWindow(
        receipts.stream().filter(receipt -> receipt.ordinal() >= ordinal).toList());
  }

  long sum(ToLongFunction<Receipt> amount) {
    return receipts.stream().mapToLong(amount).sum();
  }
}
