package io.holdfast.server.policy;

import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The VMs that a content stands for in an inventory (INV-04), and those that are left out (INV-05).
 * Pure.
 *
 * @param included each VM once, in the order of the selection
 * @param excluded VMs of the content that are left out
 * @param gone VMs that were selected by themselves, are not left out, and are not there any more
 * @param goneContainers hosts, clusters and pools that are not there any more; one that was deleted
 *     and added again has another id (CAS-12)
 */
public record ContentSelection(
    List<InventoryEntry> included,
    List<Excluded> excluded,
    List<ContentNode> gone,
    List<ContentNode> goneContainers) {

  /**
   * A VM that is left out.
   *
   * @param vm the VM
   * @param pattern the rule that matches; empty: a person took it out
   */
  public record Excluded(InventoryEntry vm, Optional<String> pattern) {}

  /** The selection as the inventory is now. */
  public static ContentSelection of(
      List<ContentNode> content, Exclusions exclusions, Inventory inventory) {
    List<InventoryEntry> included = new ArrayList<>();
    List<Excluded> excluded = new ArrayList<>();
    for (InventoryEntry vm :
        inventory.vmsBelow(content.stream().map(ContentNode::getNodeId).toList())) {
      Optional<String> pattern = exclusions.matching(vm);
      if (pattern.isPresent() || exclusions.isRemoved(vm.id())) {
        excluded.add(new Excluded(vm, pattern));
      } else {
        included.add(vm);
      }
    }
    List<ContentNode> gone =
        content.stream()
            .filter(node -> node.getKind().equals(InventoryKind.VM.name()))
            .filter(node -> inventory.find(node.getNodeId()).isEmpty())
            .filter(
                node ->
                    exclusions.patterns().stream()
                        .noneMatch(pattern -> Exclusions.matches(pattern, node.getName())))
            .toList();
    List<ContentNode> goneContainers =
        content.stream()
            .filter(node -> !node.getKind().equals(InventoryKind.VM.name()))
            .filter(node -> inventory.find(node.getNodeId()).isEmpty())
            .toList();
    return new ContentSelection(included, excluded, gone, goneContainers);
  }
}
