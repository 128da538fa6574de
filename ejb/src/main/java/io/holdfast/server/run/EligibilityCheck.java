package io.holdfast.server.run;

import io.holdfast.agent.protocol.VmCheck;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.PolicyDefinition;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The check that an operator can ask for before a run: each VM of a job judged by the backup host
 * with the rules of the run itself (CAS-06, CAS-07, CAS-10). Nothing is changed. Asks agents: never
 * inside a transaction. Thread-safe.
 *
 * <p>Errors of all methods: FORBIDDEN by the caller's role; what concerns platform, agent or pool
 * as a whole. What stands against a single VM is in its answer.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class EligibilityCheck {
  private static final int AT_ONCE = 50;

  @Inject private InventoryService inventories;
  @Inject private PolicyRepository policies;
  @Inject private BackupRequests requests;
  @Inject private AgentGateway gateway;
  @Inject private ShortTransaction transaction;
  @Inject private AccessPolicy access;

  /**
   * Checks the VMs of a policy that need not be stored.
   *
   * @param stored the policy that it will be stored as, if there is one: what is known of its VMs
   *     counts, so that a host that was added again is told before it is saved (CAS-12); NOT_FOUND
   * @param reachHosts also try each host's control port, which takes up to 3 s a host
   */
  public List<VmEligibility> check(
      PolicyDefinition definition, Optional<UUID> stored, boolean reachHosts) {
    access.require(Permission.JOB_MANAGE, ResourceRef.all(ResourceKind.JOB));
    stored.ifPresent(this::stored);
    return judged(definition, stored, reachHosts);
  }

  private List<VmEligibility> judged(
      PolicyDefinition definition, Optional<UUID> policyId, boolean reachHosts) {
    Inventory inventory = inventories.refresh(definition.platformId());
    List<InventoryEntry> vms =
        ContentSelection.of(definition.content(), definition.exclusions(), inventory).included();
    List<VmEligibility> result = new ArrayList<>();
    for (int from = 0; from < vms.size(); from += AT_ONCE) {
      List<InventoryEntry> part = vms.subList(from, Math.min(vms.size(), from + AT_ONCE));
      List<VmCheck> checks =
          gateway
              .backupSessions(definition.agentId())
              .checkVms(
                  requests.check(
                      definition,
                      policyId,
                      part.stream().map(InventoryEntry::objectId).toList(),
                      reachHosts))
              .getVmsList();
      for (int i = 0; i < part.size() && i < checks.size(); i++) {
        result.add(new VmEligibility(part.get(i), checks.get(i)));
      }
    }
    return result;
  }

  /** Checks the VMs of a stored policy; NOT_FOUND. */
  public List<VmEligibility> check(UUID policyId, boolean reachHosts) {
    access.require(Permission.JOB_MANAGE, ResourceRef.of(ResourceKind.JOB, policyId.toString()));
    return judged(stored(policyId), Optional.of(policyId), reachHosts);
  }

  private PolicyDefinition stored(UUID policyId) {
    return transaction.call(
        () ->
            policies
                .find(policyId)
                .orElseThrow(
                    () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", policyId))
                .definition());
  }
}
