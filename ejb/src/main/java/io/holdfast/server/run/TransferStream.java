package io.holdfast.server.run;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/**
 * The receipts of one stream of a disk, folded: every ordinal below {@link #getPosition()} is
 * durable at the agent and counted here. The row is the truth a restart goes on from (JOB-09); it
 * is changed once a window, in the window's transaction.
 */
@Entity
@Table(name = "transfer_stream")
public class TransferStream {
  @Id
  @Column(name = "id", length = 64)
  private String id;

  @Column(name = "task_id", nullable = false)
  private String taskId;

  @Column(name = "disk_no", nullable = false)
  private int diskNo;

  @Column(name = "disk_key", nullable = false)
  private String diskKey;

  @Column(name = "stream_no", nullable = false)
  private int streamNo;

  @Column(name = "extent_count", nullable = false)
  private long extentCount;

  @Column(name = "planned_bytes", nullable = false)
  private long plannedBytes;

  @Column(name = "plan_digest", nullable = false)
  private String planDigest;

  @Column(name = "next_ordinal", nullable = false)
  private long position;

  @Column(name = "done_bytes", nullable = false)
  private long doneBytes;

  @Column(name = "read_bytes", nullable = false)
  private long readBytes;

  @Column(name = "zero_bytes", nullable = false)
  private long zeroBytes;

  @Column(name = "stored_bytes", nullable = false)
  private long storedBytes;

  @Column(name = "chunks", nullable = false)
  private long chunks;

  @Column(name = "new_chunks", nullable = false)
  private long newChunks;

  @Column(name = "updated_millis", nullable = false)
  private long updatedMillis;

  /** For the persistence provider. */
  protected TransferStream() {}

  /** A stream at position 0. */
  public TransferStream(UUID taskId, StreamKey key, long extentCount, Plan plan) {
    this.id = rowId(taskId, key.diskNo(), key.streamNo());
    this.taskId = taskId.toString();
    this.diskNo = key.diskNo();
    this.diskKey = key.diskKey();
    this.streamNo = key.streamNo();
    this.extentCount = extentCount;
    this.plannedBytes = plan.bytes();
    this.planDigest = plan.digest();
  }

  /**
   * Which stream.
   *
   * @param diskNo 0-based among the task's disks
   * @param diskKey name of the disk in the agent protocol
   * @param streamNo 0-based within the disk
   */
  public record StreamKey(int diskNo, String diskKey, int streamNo) {}

  /**
   * What the agent planned for a stream.
   *
   * @param bytes to move
   * @param digest over the planned extents, hex
   */
  public record Plan(long bytes, String digest) {}

  static String rowId(UUID taskId, int diskNo, int streamNo) {
    return taskId + "/" + diskNo + "/" + streamNo;
  }

  /**
   * Adds a window. What lies below the position is already counted and is ignored, so a replayed
   * window changes nothing.
   *
   * @throws IllegalArgumentException when the window leaves a gap: that would be lost data
   */
  public void add(ReceiptWindow window, Instant now) {
    if (window.from() > position) {
      throw new IllegalArgumentException(
          "window starts at " + window.from() + ", position is " + position);
    }
    ReceiptWindow fresh = window.from(position);
    if (fresh.isEmpty()) {
      return;
    }
    if (fresh.next() > extentCount) {
      throw new IllegalArgumentException(
          "window ends at " + fresh.next() + ", the plan has " + extentCount + " extents");
    }
    position = fresh.next();
    doneBytes += fresh.sum(ReceiptWindow.Receipt::plannedBytes);
    readBytes += fresh.sum(ReceiptWindow.Receipt::readBytes);
    zeroBytes += fresh.sum(ReceiptWindow.Receipt::zeroBytes);
    storedBytes += fresh.sum(ReceiptWindow.Receipt::storedBytes);
    chunks += fresh.sum(ReceiptWindow.Receipt::chunks);
    newChunks += fresh.sum(ReceiptWindow.Receipt::newChunks);
    updatedMillis = now.toEpochMilli();
  }

  public String getId() {
    return id;
  }

  public UUID getTaskId() {
    return UUID.fromString(taskId);
  }

  public int getDiskNo() {
    return diskNo;
  }

  public String getDiskKey() {
    return diskKey;
  }

  public int getStreamNo() {
    return streamNo;
  }

  public long getExtentCount() {
    return extentCount;
  }

  public long getPlannedBytes() {
    return plannedBytes;
  }

  public String getPlanDigest() {
    return planDigest;
  }

  /** First ordinal that is not recorded as durable. */
  public long getPosition() {
    return position;
  }

  /** Whether every planned extent is durable. */
  public boolean isComplete() {
    return position >= extentCount;
  }

  /** When the position last moved; the epoch when it never did. */
  Instant updatedAt() {
    return Instant.ofEpochMilli(updatedMillis);
  }

  public Amounts amounts() {
    return new Amounts(
        plannedBytes, doneBytes, readBytes, zeroBytes, storedBytes, chunks, newChunks);
  }
}
