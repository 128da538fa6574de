package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Plans and positions of the transfers: the receipts table a restart goes on from (JOB-09). Joins
 * the caller's transaction, which for windows is that of the batch checkpoint. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class TransferLedger {
  @Inject private TaskRepository tasks;
  @Inject private Clock clock;

  /**
   * Enters the plan the first time, and compares it with the stored one every other time.
   *
   * @throws BackupException SESSION_PLAN_CONFLICT when it is another plan than the stored one: the
   *     positions would mean other bytes
   */
  public void enter(UUID taskId, List<TaskDisk> disks, List<TransferStream> streams) {
    if (tasks.lock(taskId).isEmpty()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "VM task", "id", taskId);
    }
    List<TransferStream> stored = tasks.streams(taskId);
    if (stored.isEmpty() && tasks.disks(taskId).isEmpty()) {
      disks.forEach(tasks::add);
      streams.forEach(tasks::add);
      return;
    }
    if (!digests(stored).equals(digests(streams))) {
      throw BackupException.of(ErrorCode.SESSION_PLAN_CONFLICT, "session", taskId);
    }
  }

  private static Map<String, String> digests(List<TransferStream> streams) {
    Map<String, String> digests = new HashMap<>();
    for (TransferStream stream : streams) {
      digests.put(
          stream.getDiskKey() + "/" + stream.getStreamNo(),
          stream.getExtentCount() + ":" + stream.getPlanDigest());
    }
    return digests;
  }

  /** Streams of a task by disk and stream number; empty before the plan is entered. */
  public List<TransferStream> streams(UUID taskId) {
    return tasks.streams(taskId);
  }

  /** Disks of a task by number; empty before the plan is entered. */
  public List<TaskDisk> disks(UUID taskId) {
    return tasks.disks(taskId);
  }

  /** One stream as it stands now. */
  public TransferStream stream(UUID taskId, int diskNo, int streamNo) {
    return tasks.streams(taskId).stream()
        .filter(stream -> stream.getDiskNo() == diskNo && stream.getStreamNo() == streamNo)
        .findFirst()
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.INTERNAL_ERROR,
                    "what",
                    "no stream " + diskNo + "/" + streamNo + " of " + taskId));
  }

  /**
   * Folds a window of durable receipts into the stream's position. A window that is already
   * recorded changes nothing.
   */
  public void record(UUID taskId, int diskNo, int streamNo, ReceiptWindow window) {
    tasks.lockStream(taskId, diskNo, streamNo).orElseThrow().add(window, clock.instant());
  }

  /** Records that a disk was read back and found right. */
  public void verified(UUID taskId, int diskNo, long bytes) {
    tasks.disks(taskId).stream()
        .filter(disk -> disk.getDiskNo() == diskNo)
        .forEach(disk -> disk.verified(bytes));
  }

  /** Whether every planned extent of every stream is durable; false before the plan is entered. */
  public boolean isComplete(UUID taskId) {
    List<TransferStream> streams = tasks.streams(taskId);
    return !tasks.disks(taskId).isEmpty() && streams.stream().allMatch(TransferStream::isComplete);
  }
}
