package io.holdfast.batch.transfer;

/**
 * The item of a transfer step: which bytes, never the bytes themselves.
 *
 * @param ordinal 0-based within the stream; -1 for {@link #WAIT}
 * @param offset first byte on the disk
 * @param length bytes
 * @param plannedBytes of them to be moved
 */
public record ExtentItem(long ordinal, long offset, long length, long plannedBytes) {
  /**
   * Says that the disk's turn has not come: the processor drops it, and the window ends in time
   * instead of waiting inside its transaction.
   */
  public static final ExtentItem WAIT = new ExtentItem(-1, 0, 0, 0);

  boolean isWait() {
    return ordinal < 0;
  }
}
