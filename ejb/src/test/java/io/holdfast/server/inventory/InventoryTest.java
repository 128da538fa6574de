package io.holdfast.server.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InventoryTest {
  private final Inventory inventory =
      new Inventory(
          Instant.EPOCH,
          List.of(
              entry(InventoryKind.VM, "VM:1", "HOST:1", "vm-mail", "邮件 Server", ""),
              entry(InventoryKind.VM, "VM:2", "HOST:1", "vm-db", "Database", ""),
              entry(InventoryKind.VM, "VM:3", "HOST:2", "vm-web", "Web", ""),
              entry(InventoryKind.HOST, "HOST:1", "CLUSTER:1", "cvk1", "cvk1", "192.0.2.11"),
              entry(InventoryKind.HOST, "HOST:2", "HOST_POOL:1", "cvk2", "cvk2", "192.0.2.12"),
              entry(InventoryKind.CLUSTER, "CLUSTER:1", "HOST_POOL:1", "c1", "c1", ""),
              entry(InventoryKind.HOST_POOL, "HOST_POOL:1", "", "hp", "hp", "")));

  private static InventoryEntry entry(
      InventoryKind kind, String id, String parent, String name, String title, String address) {
    return new InventoryEntry(kind, id, parent, name, title, address, "running", id, 0);
  }

  @Test
  @Tag("INV-01")
  void hasBothViews() {
    assertEquals(
        List.of("HOST_POOL:1"), ids(inventory.roots(InventoryTree.HOST_POOLS_AND_CLUSTERS)));
    assertEquals(List.of("CLUSTER:1", "HOST:2"), ids(inventory.childrenOf("HOST_POOL:1")));
    assertEquals(List.of("HOST:1", "HOST:2"), ids(inventory.roots(InventoryTree.HOSTS)));
    assertEquals(List.of("VM:2", "VM:1"), ids(inventory.childrenOf("HOST:1")));
  }

  @Test
  @Tag("INV-02")
  void findsByNameTitleHostAndAddress() {
    assertEquals(List.of("VM:1"), ids(inventory.search("邮件")));
    assertEquals(List.of("VM:2"), ids(inventory.search("DB")));
    assertEquals(List.of("HOST:2", "VM:3"), ids(inventory.search("cvk2")));
    assertEquals(List.of("HOST:1", "VM:2", "VM:1"), ids(inventory.search("192.0.2.11")));
    assertEquals(List.of("VM:1"), ids(inventory.search("cvk1 server")));
    assertEquals(List.of(), ids(inventory.search("cvk2 server")));
    assertEquals(7, inventory.search("  ").size());
  }

  @Test
  @Tag("INV-04")
  void expandsContainersAndNamesEachVmOnce() {
    List<String> vms =
        ids(inventory.vmsBelow(List.of("HOST_POOL:1", "VM:1", "HOST:1"))).stream()
            .sorted()
            .toList();
    assertEquals(List.of("VM:1", "VM:2", "VM:3"), vms);
    assertEquals(List.of("VM:1"), ids(inventory.vmsBelow(List.of("VM:1", "VM:gone"))));
  }

  @Test
  void showsAtTheTopWhatHasNoKnownParent() {
    Inventory hostsOnly =
        new Inventory(
            Instant.EPOCH, List.of(entry(InventoryKind.HOST, "HOST:9", "CLUSTER:?", "h", "h", "")));
    assertEquals(List.of("HOST:9"), ids(hostsOnly.roots(InventoryTree.HOST_POOLS_AND_CLUSTERS)));
  }

  private static List<String> ids(List<InventoryEntry> entries) {
    return entries.stream().map(InventoryEntry::id).toList();
  }
}
