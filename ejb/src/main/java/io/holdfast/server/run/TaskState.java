package io.holdfast.server.run;

import java.util.EnumSet;
import java.util.Set;

/** State of a VM task (JOB-02). The order of the active states is the order of the work. */
public enum TaskState {
  /** In the queue. */
  PENDING,
  /** Claimed by the dispatcher; checks are made. */
  PREPARING,
  /** The VM's configuration is read and the snapshot taken. */
  BACKING_UP_CONFIGURATION,
  /** The platform is asked for changed or allocated ranges. */
  QUERYING_CHANGED_DATA,
  /** The stored plan is compared and entered in the tables. */
  CHECKING_DATA,
  /** A restore makes its VM or disks. */
  CREATING_TARGET,
  /** Bytes move. */
  RUNNING,
  /** A restore reads back what it wrote. */
  VERIFYING,
  /** The restore point is being made durable, or a restored VM is given its configuration. */
  SEALING,
  /** Interrupted for now; snapshot and position are kept, it goes on by itself (JOB-09). */
  INTERRUPTED,
  /** A person asked it to stop. */
  STOPPING,
  /** The restore point is sealed and in the catalog, or the restore is finished. */
  DONE,
  /** Ended by an error, which the task names. */
  FAILED,
  /** Stopped by a person. */
  STOPPED,
  /** Left out by a rule of the policy. */
  SKIPPED,
  /** Its run ended before its turn came. */
  NEVER_STARTED;

  private static final Set<TaskState> ENDED =
      EnumSet.of(DONE, FAILED, STOPPED, SKIPPED, NEVER_STARTED);
  private static final Set<TaskState> EXECUTING =
      EnumSet.of(
          PREPARING,
          BACKING_UP_CONFIGURATION,
          QUERYING_CHANGED_DATA,
          CHECKING_DATA,
          CREATING_TARGET,
          RUNNING,
          VERIFYING,
          SEALING,
          STOPPING);

  /** Whether the task will not change any more. */
  public boolean isEnded() {
    return ENDED.contains(this);
  }

  /** Whether an execution of the batch engine should be at work for it. */
  public boolean isExecuting() {
    return EXECUTING.contains(this);
  }

  /** States in which an execution should be at work. */
  public static Set<TaskState> executing() {
    return EnumSet.copyOf(EXECUTING);
  }

  /** States that end a task. */
  public static Set<TaskState> ended() {
    return EnumSet.copyOf(ENDED);
  }

  /** Whether a task in this state may go over to {@code next}; to stay is always allowed. */
  public boolean mayBecome(TaskState next) {
    if (next == this) {
      return true;
    }
    return switch (this) {
      case PENDING -> next == PREPARING || (next.isEnded() && next != DONE);
      case INTERRUPTED ->
          next == PREPARING || next == FAILED || next == STOPPED || next == STOPPING;
      case STOPPING -> next == STOPPED || next == FAILED || next == DONE;
      case DONE, FAILED, STOPPED, SKIPPED, NEVER_STARTED -> false;
      default ->
          next != NEVER_STARTED && (next != PENDING || this == PREPARING) && comesAfter(next);
    };
  }

  /** Of the active states only forward steps; a restart goes back by way of INTERRUPTED. */
  private boolean comesAfter(TaskState next) {
    return next.isEnded()
        || next == INTERRUPTED
        || next == STOPPING
        || next == PENDING
        || next.ordinal() > ordinal();
  }
}
