package io.holdfast.server.run;

import io.holdfast.agent.protocol.HostOfLastBackup;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.PolicyRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.UUID;

/**
 * On which host a job backed a VM up the last time, for the backup host to refuse the VM when that
 * host was deleted and added again (CAS-12). S1 6.5 asks for a new job where hosts or VMs were
 * selected, and for a full backup where it was a cluster or pool: only a VM that was selected by
 * itself has a last host here; a selected host that was added again is gone from the inventory as
 * it is. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class LastHosts {
  @Inject private PolicyRepository policies;
  @Inject private RestorePointRegister points;

  /** Empty: nothing is to be compared. */
  public Optional<HostOfLastBackup> of(UUID policyId, VmRef vm) {
    return policies
        .find(policyId)
        .filter(policy -> isSelected(policy, vm))
        .flatMap(policy -> points.newestOfJob(policyId.toString(), vm))
        .map(RestorePoint::vm)
        .filter(then -> !then.getHostId().isEmpty())
        .map(LastHosts::told);
  }

  private static boolean isSelected(BackupPolicy policy, VmRef vm) {
    return policy.getContent().stream().anyMatch(node -> isVm(node, vm.vmId()));
  }

  private static boolean isVm(ContentNode node, String vmId) {
    String id = node.getNodeId();
    return node.getKind().equals(InventoryKind.VM.name())
        && id.substring(id.indexOf(':') + 1).equals(vmId);
  }

  private static HostOfLastBackup told(VmDescription then) {
    return HostOfLastBackup.newBuilder()
        .setHostId(then.getHostId())
        .setHostName(then.getHostName())
        .setHostAddress(then.getHostAddress())
        .build();
  }
}
