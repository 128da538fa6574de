package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.Exclusions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INV-04")
class ContentExpansionTest {
  private final List<InventoryEntry> entries =
      new ArrayList<>(
          List.of(
              entry(InventoryKind.HOST_POOL, "1", ""),
              entry(InventoryKind.CLUSTER, "2", "HOST_POOL:1"),
              entry(InventoryKind.HOST, "3", "CLUSTER:2"),
              entry(InventoryKind.VM, "10", "HOST:3"),
              entry(InventoryKind.VM, "11", "HOST:3")));

  @Test
  void aContainerStandsForAllVmsBelowItNow() {
    List<ContentNode> content = List.of(node("HOST_POOL:1", InventoryKind.HOST_POOL));
    assertEquals(List.of("10", "11"), vms(content));
    entries.add(entry(InventoryKind.VM, "12", "HOST:3"));
    assertEquals(List.of("10", "11", "12"), vms(content));
  }

  @Test
  void aVmIsTakenOnceHoweverOftenItIsSelected() {
    assertEquals(
        List.of("11", "10"),
        vms(
            List.of(
                node("VM:11", InventoryKind.VM),
                node("HOST:3", InventoryKind.HOST),
                node("CLUSTER:2", InventoryKind.CLUSTER))));
  }

  @Test
  void aSelectedVmThatIsGoneIsNotForgotten() {
    List<ContentNode> content =
        List.of(node("VM:99", InventoryKind.VM), node("HOST:98", InventoryKind.HOST));
    assertEquals(List.of("99"), vms(content));
  }

  @Test
  @Tag("CAS-12")
  void aHostThatIsGoneIsNotForgottenSilently() {
    ContentSelection selection =
        ContentSelection.of(
            List.of(node("VM:10", InventoryKind.VM), node("HOST:98", InventoryKind.HOST)),
            Exclusions.NONE,
            new Inventory(Instant.EPOCH, entries));
    assertEquals(
        List.of("HOST:98"),
        selection.goneContainers().stream().map(ContentNode::getNodeId).toList());
  }

  @Test
  void theHostComesAlong() {
    TaskTarget target = expand(List.of(node("VM:10", InventoryKind.VM)), Exclusions.NONE).get(0);
    assertEquals("3", target.hostId());
    assertEquals("title 3", target.hostName());
    assertEquals("title 10", target.vmName());
  }

  private List<String> vms(List<ContentNode> content) {
    return vms(content, Exclusions.NONE);
  }

  private List<String> vms(List<ContentNode> content, Exclusions exclusions) {
    return expand(content, exclusions).stream().map(TaskTarget::vmId).toList();
  }

  private List<TaskTarget> expand(List<ContentNode> content, Exclusions exclusions) {
    Inventory inventory = new Inventory(Instant.EPOCH, entries);
    return ContentExpansion.expand(ContentSelection.of(content, exclusions, inventory), inventory);
  }

  @Test
  @Tag("INV-05")
  void aWildcardOnNameOrTitleLeavesVmsOutAlsoThoseThatCameLater() {
    List<ContentNode> content = List.of(node("HOST:3", InventoryKind.HOST));
    assertEquals(List.of("11"), vms(content, without("TITLE ?0")));
    assertEquals(List.of("10"), vms(content, without("name 11")));
    assertEquals(List.of(), vms(content, without("*1*")));
    assertEquals(List.of("10", "11"), vms(content, without("1", "name", ".*", "[a-z]*")));
    entries.add(entry(InventoryKind.VM, "20", "HOST:3"));
    assertEquals(List.of("11"), vms(content, without("title ?0")));
    assertEquals(
        List.of(),
        vms(List.of(node("VM:10", InventoryKind.VM)), without("name 10")),
        "also when the VM itself is selected");
  }

  @Test
  @Tag("INV-05")
  void aVmTakenOutByHandStaysOutAndItsNewSiblingsAreIn() {
    List<ContentNode> content = List.of(node("CLUSTER:2", InventoryKind.CLUSTER));
    Exclusions removed = new Exclusions(List.of(), List.of(node("VM:10", InventoryKind.VM)));
    assertEquals(List.of("11"), vms(content, removed));
    entries.add(entry(InventoryKind.VM, "12", "HOST:3"));
    assertEquals(List.of("11", "12"), vms(content, removed));
  }

  private static Exclusions without(String... patterns) {
    return new Exclusions(List.of(patterns), List.of());
  }

  private static ContentNode node(String id, InventoryKind kind) {
    return new ContentNode(id, kind.name(), id);
  }

  private static InventoryEntry entry(InventoryKind kind, String objectId, String parent) {
    return new InventoryEntry(
        kind,
        kind + ":" + objectId,
        parent,
        "name " + objectId,
        "title " + objectId,
        "",
        "running",
        objectId,
        0);
  }
}
