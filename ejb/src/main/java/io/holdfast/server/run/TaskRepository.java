package io.holdfast.server.run;

import io.holdfast.server.catalog.VmRef;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** VM tasks, their disks and streams as stored. Joins the caller's transaction. */
public interface TaskRepository {
  void add(VmTask task);

  Optional<VmTask> find(UUID id);

  /** The task with its row locked until the transaction ends, as it is in the database now. */
  Optional<VmTask> lock(UUID id);

  /** Tasks of a run in the order of the queue. */
  List<VmTask> ofRun(UUID runId);

  /** Tasks in one of the states, in the order of the queue. */
  List<VmTask> inStates(Set<TaskState> states);

  /** The order of the task that was queued last; 0 when there is none. */
  long lastQueueOrder();

  /** The latest backup task of a VM in a job that has ended or is accomplished. */
  Optional<VmTask> latestBackup(UUID jobId, VmRef vm);

  /**
   * Backup tasks of a VM, of all jobs, the latest first: those under its id, and under its UUID
   * when that is not empty.
   */
  List<VmTask> backupsOf(VmRef vm, String uuid, int limit);

  /** Which of some ids are backup tasks that have ended. */
  List<String> endedBackups(Collection<String> ids);

  /** Ended tasks for which something may still be held outside. */
  List<VmTask> releaseDue();

  /**
   * Takes the right to give out work until the transaction ends.
   *
   * @return false when another server or thread has it
   */
  boolean takeDispatchToken();

  /** As {@link #takeDispatchToken}, waiting for who has it. */
  void awaitDispatchToken();

  /**
   * Waiting tasks (PENDING and INTERRUPTED) in the order of the queue, their rows locked; rows that
   * somebody else has locked are passed over.
   */
  List<VmTask> lockWaiting(int limit);

  void add(TaskDisk disk);

  void add(TransferStream stream);

  /** Disks of a task by number. */
  List<TaskDisk> disks(UUID taskId);

  /** Streams of a task by disk and stream number. */
  List<TransferStream> streams(UUID taskId);

  /** One stream with its row locked until the transaction ends. */
  Optional<TransferStream> lockStream(UUID taskId, int diskNo, int streamNo);

  void add(RestoreDifference row);

  /** What of restored VMs is not as it was, of some tasks, in the order it was told. */
  List<RestoreDifference> differences(Collection<UUID> taskIds);

  /** Sums over the streams of each task; tasks without streams are absent. */
  Map<UUID, Amounts> amounts(Collection<UUID> taskIds);
}
