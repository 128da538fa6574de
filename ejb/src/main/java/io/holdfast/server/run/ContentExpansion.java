package io.holdfast.server.run;

import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.ContentSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The VMs of a policy's content as the inventory is now (INV-04): every VM once, however many
 * selected containers hold it. A VM that was selected by itself and is gone stays in, so that its
 * absence is said; a container that is gone holds nothing. Pure.
 */
final class ContentExpansion {
  private static final String VM_PREFIX = ":";

  private ContentExpansion() {}

  /** The VMs in the order of the selection; one that is gone has no host. */
  static List<TaskTarget> expand(ContentSelection selection, Inventory inventory) {
    List<TaskTarget> targets = new ArrayList<>();
    for (InventoryEntry vm : selection.included()) {
      targets.add(target(vm, inventory));
    }
    for (ContentNode node : selection.gone()) {
      targets.add(new TaskTarget(objectId(node.getNodeId()), "", node.getName(), "", ""));
    }
    return targets;
  }

  private static TaskTarget target(InventoryEntry vm, Inventory inventory) {
    Optional<InventoryEntry> host = inventory.find(vm.parentId());
    return new TaskTarget(
        vm.objectId(),
        "",
        vm.title().isEmpty() ? vm.name() : vm.title(),
        host.map(InventoryEntry::objectId).orElse(""),
        host.map(InventoryEntry::title).orElse(""));
  }

  /** The platform's own id inside {@code <kind>:<platform's own id>}. */
  private static String objectId(String nodeId) {
    int colon = nodeId.indexOf(VM_PREFIX);
    return colon < 0 ? nodeId : nodeId.substring(colon + 1);
  }
}
