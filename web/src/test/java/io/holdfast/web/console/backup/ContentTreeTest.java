package io.holdfast.web.console.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryTree;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.primefaces.model.TreeNode;

class ContentTreeTest {
  private final Inventory inventory =
      new Inventory(
          Instant.EPOCH,
          List.of(
              entry(InventoryKind.HOST_POOL, "pool", ""),
              entry(InventoryKind.CLUSTER, "cluster", "pool"),
              entry(InventoryKind.HOST, "host1", "cluster"),
              entry(InventoryKind.HOST, "host2", "cluster"),
              entry(InventoryKind.VM, "web", "host1"),
              entry(InventoryKind.VM, "mail", "host1"),
              entry(InventoryKind.VM, "files", "host2")));
  private final ContentTree tree = new ContentTree(inventory, List.of(), List.of());

  @Test
  @Tag("INV-01")
  void hasTheTwoViews() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    assertEquals(List.of("pool"), titles(tree.root()));
    tree.show(InventoryTree.HOSTS, "");
    assertEquals(List.of("host1", "host2"), titles(tree.root()));
  }

  @Test
  @Tag("INV-04")
  void aContainerIsChosenAsOneNode() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    tree.choose("web");
    tree.choose("host1");
    assertEquals(List.of("host1"), chosen());
    assertEquals(2, tree.selection(List.of()).included().size());
  }

  @Test
  @Tag("INV-02")
  void uncheckingBelowAContainerKeepsItsOtherChildren() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    tree.choose("cluster");
    tree.remove("host1");
    assertEquals(List.of("host2"), chosen());
    assertFalse(node(tree.root(), "cluster").isSelected());
    assertTrue(node(tree.root(), "files").isSelected());
  }

  @Test
  @Tag("INV-05")
  void aVmUncheckedBelowAContainerIsLeftOutAndTheContainerStays() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    tree.choose("cluster");
    tree.remove("mail");
    assertEquals(List.of("cluster"), chosen());
    assertFalse(node(tree.root(), "mail").isSelected());
    assertTrue(node(tree.root(), "web").isSelected());
    assertEquals(2, tree.selection(List.of()).included().size());
    assertEquals(
        List.of("mail"),
        tree.selection(List.of()).excluded().stream().map(each -> each.vm().id()).toList());

    tree.choose("mail");
    assertEquals(List.of("cluster"), chosen());
    assertTrue(node(tree.root(), "mail").isSelected());
    assertEquals(List.of(), tree.removed());

    tree.remove("mail");
    tree.remove("cluster");
    assertEquals(List.of(), tree.removed(), "nothing covers it any more");
  }

  @Test
  @Tag("INV-02")
  void theChoiceOutlivesViewAndSearch() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    tree.choose("web");
    tree.show(InventoryTree.HOSTS, "files");
    assertEquals(List.of("host2"), titles(tree.root()));
    assertFalse(tree.root().getChildren().get(0).isSelectable());
    tree.choose("files");
    tree.show(InventoryTree.HOSTS, "");
    assertEquals(List.of("web", "files"), chosen());
    assertTrue(node(tree.root(), "web").isSelected());
    assertFalse(node(tree.root(), "host1").isSelected());
  }

  @Test
  @Tag("INV-04")
  void everythingBelowAChosenContainerIsChecked() {
    tree.show(InventoryTree.HOST_POOLS_AND_CLUSTERS, "");
    tree.choose("pool");
    assertTrue(node(tree.root(), "files").isSelected());
    tree.choose("files");
    assertEquals(List.of("pool"), chosen());
  }

  private List<String> chosen() {
    return tree.chosen().stream().map(InventoryEntry::id).toList();
  }

  private static List<String> titles(TreeNode<InventoryEntry> node) {
    return node.getChildren().stream()
        .map(child -> ((InventoryEntry) child.getData()).title())
        .toList();
  }

  private static TreeNode<?> node(TreeNode<?> at, String id) {
    if (at.getData() instanceof InventoryEntry entry && entry.id().equals(id)) {
      return at;
    }
    for (TreeNode<?> child : at.getChildren()) {
      TreeNode<?> found = node(child, id);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static InventoryEntry entry(InventoryKind kind, String id, String parent) {
    return new InventoryEntry(kind, id, parent, id, id, "", "", id, 0);
  }
}
