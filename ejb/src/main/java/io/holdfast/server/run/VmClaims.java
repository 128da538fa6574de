package io.holdfast.server.run;

import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/**
 * One backup of a VM at a time, also where its platform is registered twice (CAS-06). The queue
 * keeps the tasks of one registration apart by the platform's id of the VM; here the VM itself
 * counts, its UUID and that id, which the backup host tells before anything is done to it. Also a
 * VM that is off and has no snapshot to be told by is found so. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class VmClaims {
  @Inject private TaskRepository tasks;
  @Inject private RunRepository runs;
  @Inject private AgentRepository agents;

  /**
   * Takes the VM for a task, until the task has ended. Of two that ask at once one gets it; a task
   * that has it gets it again.
   *
   * @throws BackupException VM_IN_OTHER_JOB; the task has nothing then
   */
  public void claim(UUID taskId, VmDescription vm) {
    if (vm.getUuid().isEmpty()) {
      return;
    }
    String identity = vm.getUuid() + "/" + vm.getVmId();
    tasks.awaitDispatchToken();
    Set<TaskState> atWork = EnumSet.copyOf(TaskState.executing());
    atWork.add(TaskState.INTERRUPTED);
    for (VmTask other : tasks.inStates(atWork)) {
      if (!other.getId().equals(taskId) && other.hasClaimed(identity)) {
        throw refusal(other);
      }
    }
    tasks.lock(taskId).ifPresent(task -> task.claimVm(identity));
  }

  private BackupException refusal(VmTask other) {
    return BackupException.of(
        ErrorCode.VM_IN_OTHER_JOB,
        "vm",
        other.getVmName(),
        "job",
        runs.find(other.getRunId()).map(BackupRun::getJobName).orElse(""),
        "agent",
        agents
            .byId(other.getAgentId())
            .map(found -> found.hostName())
            .orElse(other.getAgentId().value()));
  }
}
