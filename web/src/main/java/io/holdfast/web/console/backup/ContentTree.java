package io.holdfast.web.console.backup;

import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryTree;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.Exclusions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.primefaces.model.CheckboxTreeNode;
import org.primefaces.model.TreeNode;

/**
 * What a job backs up, chosen in a tree of check boxes (INV-01, INV-02). The choice is a set of
 * nodes that outlives a change of view or search: a checked container is one node, whatever is
 * below it. Unchecking a VM below it leaves that VM out for good and the container chosen, so that
 * VMs which come later are backed up (INV-05); unchecking a container below it leaves the other
 * children chosen one by one.
 */
final class ContentTree {
  private final Inventory inventory;
  private final Map<String, InventoryEntry> chosen = new LinkedHashMap<>();
  private final Map<String, InventoryEntry> removed = new LinkedHashMap<>();
  private final Map<String, CheckboxTreeNode<InventoryEntry>> nodes = new LinkedHashMap<>();
  private CheckboxTreeNode<InventoryEntry> root;

  ContentTree(
      Inventory inventory,
      Collection<InventoryEntry> chosenBefore,
      Collection<InventoryEntry> removedBefore) {
    this.inventory = inventory;
    chosenBefore.forEach(entry -> chosen.put(entry.id(), entry));
    removedBefore.forEach(entry -> removed.put(entry.id(), entry));
  }

  /** Builds the tree of a view, with only what the search finds and the way to it. */
  void show(InventoryTree view, String search) {
    nodes.clear();
    root = new CheckboxTreeNode<>();
    boolean searching = search != null && !search.isBlank();
    Set<String> found = new HashSet<>();
    Set<String> visible = new HashSet<>();
    if (searching) {
      inventory.search(search).forEach(entry -> found.add(entry.id()));
      found.forEach(id -> addWithAncestors(id, visible));
    }
    for (InventoryEntry entry : inventory.roots(view)) {
      add(root, entry, searching ? visible : null, found);
    }
    mark();
  }

  private void addWithAncestors(String id, Set<String> visible) {
    String at = id;
    while (!at.isEmpty() && visible.add(at)) {
      at = inventory.find(at).map(InventoryEntry::parentId).orElse("");
    }
  }

  private void add(
      CheckboxTreeNode<InventoryEntry> parent,
      InventoryEntry entry,
      Set<String> visible,
      Set<String> found) {
    if (visible != null && !visible.contains(entry.id())) {
      return;
    }
    CheckboxTreeNode<InventoryEntry> node =
        new CheckboxTreeNode<>(entry.kind().name(), entry, parent);
    nodes.put(entry.id(), node);
    node.setExpanded(visible != null || entry.kind() != InventoryKind.HOST);
    node.setSelectable(visible == null || found.contains(entry.id()));
    for (InventoryEntry child : inventory.childrenOf(entry.id())) {
      add(node, child, visible, found);
    }
  }

  /** Shows the choice in the tree: a chosen node and all below it are checked. */
  private void mark() {
    nodes.forEach(
        (id, node) -> {
          boolean parentOn =
              node.getParent() instanceof CheckboxTreeNode<?> parent
                  && parent != root
                  && parent.isSelected();
          boolean on = (parentOn || chosen.containsKey(id)) && !removed.containsKey(id);
          node.setSelected(on, false, false);
        });
  }

  /** Chooses a node; what was chosen below it is covered by it. */
  void choose(String id) {
    InventoryEntry entry = inventory.find(id).orElse(null);
    removed.keySet().removeIf(other -> other.equals(id) || isBelow(other, id));
    if (entry == null || isCovered(id)) {
      mark();
      return;
    }
    chosen.keySet().removeIf(other -> isBelow(other, id));
    chosen.put(id, entry);
    mark();
  }

  /** Takes a node out of the choice; what else a container covers stays. */
  void remove(String id) {
    List<String> path = pathTo(id);
    String cover = path.stream().filter(chosen::containsKey).findFirst().orElse(null);
    Optional<InventoryEntry> vm =
        inventory.find(id).filter(entry -> entry.kind() == InventoryKind.VM);
    if (vm.isPresent() && cover != null && !cover.equals(id)) {
      removed.put(id, vm.get());
      mark();
      return;
    }
    removed.keySet().removeIf(other -> isBelow(other, id));
    chosen.keySet().removeIf(other -> other.equals(id) || isBelow(other, id));
    if (cover != null && !cover.equals(id)) {
      chosen.remove(cover);
      for (int i = path.indexOf(cover); i < path.size() - 1; i++) {
        String next = path.get(i + 1);
        inventory.childrenOf(path.get(i)).stream()
            .filter(child -> !child.id().equals(next))
            .forEach(child -> chosen.put(child.id(), child));
      }
    }
    mark();
  }

  private boolean isCovered(String id) {
    return pathTo(id).stream().anyMatch(chosen::containsKey);
  }

  private boolean isBelow(String id, String ancestor) {
    return !id.equals(ancestor) && pathTo(id).contains(ancestor);
  }

  /** Ids from the top down to the node itself. */
  private List<String> pathTo(String id) {
    List<String> path = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String at = id;
    while (!at.isEmpty() && seen.add(at)) {
      path.add(0, at);
      at = inventory.find(at).map(InventoryEntry::parentId).orElse("");
    }
    return path;
  }

  /** The tree's invisible root. */
  TreeNode<InventoryEntry> root() {
    return root;
  }

  /** The choice, in the order it was made. */
  List<InventoryEntry> chosen() {
    return List.copyOf(chosen.values());
  }

  /** VMs taken out below a chosen container, in the order it was done (INV-05). */
  List<InventoryEntry> removed() {
    return List.copyOf(removed.values());
  }

  /** Takes a VM that was taken out in again. */
  void takeBack(String id) {
    removed.remove(id);
    mark();
  }

  /** What the choice stands for now, without what is left out (INV-04, INV-05). */
  ContentSelection selection(List<String> patterns) {
    return ContentSelection.of(
        chosen().stream().map(ContentTree::nodeOf).toList(), exclusions(patterns), inventory);
  }

  /** What is left out, with these rules. */
  Exclusions exclusions(List<String> patterns) {
    return new Exclusions(patterns, removed().stream().map(ContentTree::nodeOf).toList());
  }

  Inventory inventory() {
    return inventory;
  }

  static ContentNode nodeOf(InventoryEntry entry) {
    return new ContentNode(entry.id(), entry.kind().name(), entry.title());
  }

  /** Selected nodes as they were remembered; they may be gone from the platform. */
  static List<InventoryEntry> entriesOf(List<ContentNode> nodes) {
    return nodes.stream().map(ContentTree::entryOf).toList();
  }

  private static InventoryEntry entryOf(ContentNode node) {
    return new InventoryEntry(
        InventoryKind.valueOf(node.getKind()),
        node.getNodeId(),
        "",
        node.getName(),
        node.getName(),
        "",
        "",
        "",
        0);
  }
}
