package io.holdfast.server.policy;

import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a content stands for before it is saved (INV-05), and which VMs other policies cover already
 * (INV-07). Asks the platform when it must: never inside a transaction. Thread-safe.
 *
 * <p>Errors of all methods: FORBIDDEN by the caller's role, those of {@link InventoryService}.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class ContentPreview {
  @Inject private PolicyRepository policies;
  @Inject private InventoryService inventories;
  @Inject private ShortTransaction transaction;
  @Inject private AccessPolicy access;

  /**
   * A selection with the jobs that cover its VMs already.
   *
   * @param selection what is in and what is left out
   * @param coveredBy names of other policies by node id of the VM; VMs without one are absent
   */
  public record Preview(ContentSelection selection, Map<String, List<String>> coveredBy) {}

  /** What a content of a platform stands for; {@code edited} is the policy that it belongs to. */
  public Preview of(
      PlatformId platform,
      List<ContentNode> content,
      Exclusions exclusions,
      Optional<UUID> edited) {
    access.require(Permission.JOB_MANAGE, ResourceRef.all(ResourceKind.JOB));
    Inventory inventory = inventories.inventory(platform);
    return new Preview(
        ContentSelection.of(content, exclusions, inventory),
        coveredBy(platform, inventory, edited));
  }

  /** Names of the policies that cover a VM, by its node id; without the one that is edited. */
  public Map<String, List<String>> coveredBy(
      PlatformId platform, Inventory inventory, Optional<UUID> edited) {
    access.require(Permission.JOB_VIEW, ResourceRef.all(ResourceKind.JOB));
    Map<String, List<String>> covered = new HashMap<>();
    for (BackupPolicy policy : transaction.call(() -> policies.using(platform.value()))) {
      if (policy.getPlatformId().equals(platform)
          && edited.filter(policy.getId()::equals).isEmpty()) {
        for (InventoryEntry vm :
            ContentSelection.of(policy.getContent(), policy.getExclusions(), inventory)
                .included()) {
          covered.computeIfAbsent(vm.id(), id -> new ArrayList<>()).add(policy.getName());
        }
      }
    }
    return covered;
  }
}
