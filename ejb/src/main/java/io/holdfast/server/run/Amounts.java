package io.holdfast.server.run;

/**
 * Bytes and chunks of a stream, disk, VM or run (JOB-03).
 *
 * @param plannedBytes to be moved
 * @param doneBytes of them durable
 * @param readBytes really read from the source
 * @param zeroBytes found to be zero
 * @param storedBytes written to the pool, or by a restore to the target
 * @param chunks chunks so far
 * @param newChunks of them new in the pool
 */
public record Amounts(
    long plannedBytes,
    long doneBytes,
    long readBytes,
    long zeroBytes,
    long storedBytes,
    long chunks,
    long newChunks) {
  /** Nothing. */
  public static final Amounts NONE = new Amounts(0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Amounts plus(Amounts other) {
    return new Amounts(
        plannedBytes + other.plannedBytes,
        doneBytes + other.doneBytes,
        readBytes + other.readBytes,
        zeroBytes + other.zeroBytes,
        storedBytes + other.storedBytes,
        chunks + other.chunks,
        newChunks + other.newChunks);
  }

  /** Whole percent of what is planned, 0 to 100; 0 when nothing is planned yet. */
  public int percent() {
    if (plannedBytes <= 0) {
      return 0;
    }
    return (int) Math.min(100, doneBytes * 100.0 / plannedBytes);
  }

  /** Bytes that are still to be moved. */
  public long remainingBytes() {
    return Math.max(0, plannedBytes - doneBytes);
  }

  /**
   * Part of the read bytes that had to be stored, 0 to 1 and a little over; 1 when nothing is read.
   */
  public double storedRatio() {
    return readBytes <= 0 ? 1 : (double) storedBytes / readBytes;
  }
}
