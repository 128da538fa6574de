package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.PlatformId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.EnumSet;
import java.util.Set;

/** Which VMs runs are at work on, for features that need a VM for themselves. Thread-safe. */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class VmOccupation {
  @Inject private TaskRepository tasks;

  /** What no two pieces of work may share: the VM on its platform. */
  public static String key(PlatformId platform, String vmId) {
    return platform.value() + "/" + new TaskTarget(vmId, "", "", "", "").exclusiveKey();
  }

  /** From now to the end of the transaction no task is started; waits for the token. */
  public void holdStarts() {
    tasks.awaitDispatchToken();
  }

  /**
   * Whether a task is at work on the VM, goes on with it after an interruption, or still has
   * something to remove from it. To be asked after {@link #holdStarts}.
   */
  public boolean isAtWork(String key) {
    Set<TaskState> states = EnumSet.copyOf(TaskState.executing());
    states.add(TaskState.INTERRUPTED);
    return tasks.inStates(states).stream().anyMatch(task -> task.getExclusiveKey().equals(key))
        || tasks.releaseDue().stream().anyMatch(task -> task.getExclusiveKey().equals(key));
  }

  /**
   * As {@link #isAtWork}, as an error.
   *
   * @throws BackupException VM_AT_WORK
   */
  public void requireFree(String key, String vmName) {
    if (isAtWork(key)) {
      throw BackupException.of(ErrorCode.VM_AT_WORK, "vm", vmName);
    }
  }
}
