package io.holdfast.server.inventory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A platform's inventory as it was at one moment. Immutable, thread-safe. */
public final class Inventory {
  private final Instant fetchedAt;
  private final Map<String, InventoryEntry> entries = new LinkedHashMap<>();
  private final Map<String, List<InventoryEntry>> children = new LinkedHashMap<>();

  /** Entries in any order; one whose parent is unknown stands at the top. */
  public Inventory(Instant fetchedAt, Collection<InventoryEntry> all) {
    this.fetchedAt = fetchedAt;
    all.stream()
        .sorted(Comparator.comparing(InventoryEntry::kind).thenComparing(InventoryEntry::title))
        .forEach(entry -> entries.put(entry.id(), entry));
    entries
        .values()
        .forEach(
            entry -> {
              String parent = entries.containsKey(entry.parentId()) ? entry.parentId() : "";
              children.computeIfAbsent(parent, unused -> new ArrayList<>()).add(entry);
            });
  }

  /** When the platform was asked. */
  public Instant fetchedAt() {
    return fetchedAt;
  }

  /** Everything, containers before what they hold. */
  public List<InventoryEntry> all() {
    return List.copyOf(entries.values());
  }

  /** The entry of that id. */
  public Optional<InventoryEntry> find(String id) {
    return Optional.ofNullable(entries.get(id));
  }

  /** INV-01: what stands at the top of a view. */
  public List<InventoryEntry> roots(InventoryTree tree) {
    return tree == InventoryTree.HOSTS ? ofKind(InventoryKind.HOST) : childrenOf("");
  }

  /** What stands directly below an entry; the same in both views. */
  public List<InventoryEntry> childrenOf(String id) {
    return List.copyOf(children.getOrDefault(id, List.of()));
  }

  /** All entries of a kind, by title. */
  public List<InventoryEntry> ofKind(InventoryKind kind) {
    return entries.values().stream().filter(entry -> entry.kind() == kind).toList();
  }

  /**
   * INV-04: the VMs among and below the given entries, each once; ids that are gone are left out.
   */
  public List<InventoryEntry> vmsBelow(Collection<String> ids) {
    Set<InventoryEntry> vms = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(ids);
    while (!open.isEmpty()) {
      String id = open.removeFirst();
      InventoryEntry entry = entries.get(id);
      if (entry == null || !seen.add(id)) {
        continue;
      }
      if (entry.kind() == InventoryKind.VM) {
        vms.add(entry);
      }
      childrenOf(id).forEach(child -> open.addLast(child.id()));
    }
    return List.copyOf(vms);
  }

  /**
   * INV-02: entries that hold every word of the query, in any case, in their name, title or
   * address, or (VMs) in those of their host. An empty query finds everything.
   */
  public List<InventoryEntry> search(String query) {
    List<String> words = List.of(query.strip().toLowerCase(Locale.ROOT).split("[\\s\\u3000]+"));
    return entries.values().stream().filter(entry -> matches(entry, words)).toList();
  }

  private boolean matches(InventoryEntry entry, List<String> words) {
    String text = textOf(entry);
    if (entry.kind() == InventoryKind.VM) {
      text += "\n" + find(entry.parentId()).map(Inventory::textOf).orElse("");
    }
    return words.stream().allMatch(text::contains);
  }

  private static String textOf(InventoryEntry entry) {
    return String.join("\n", entry.name(), entry.title(), entry.address()).toLowerCase(Locale.ROOT);
  }
}
