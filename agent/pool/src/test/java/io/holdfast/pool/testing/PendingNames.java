package io.holdfast.pool.testing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Changes of names that are not durable yet, in their order. Used under the monitor of its {@link
 * MemoryFiles}.
 */
final class PendingNames {
  private final List<NameChange> pending = new ArrayList<>();

  /** A change of names in one or two folders, all or nothing. */
  private record NameChange(List<Runnable> durable, Set<MemoryFolder> folders) {
    void happen() {
      durable.forEach(Runnable::run);
    }
  }

  /**
   * Notes a change.
   *
   * @param durable makes it so that it survives
   */
  void add(Set<MemoryFolder> folders, Runnable... durable) {
    pending.add(new NameChange(List.of(durable), folders));
  }

  /** Makes a folder's changes durable, and those of other folders that they hang together with. */
  void sync(MemoryFolder folder) {
    Set<MemoryFolder> forced = new HashSet<>(Set.of(folder));
    List<NameChange> durable = new ArrayList<>();
    for (int i = pending.size() - 1; i >= 0; i--) {
      NameChange change = pending.get(i);
      if (change.folders.stream().anyMatch(forced::contains)) {
        forced.addAll(change.folders);
        durable.add(0, change);
      }
    }
    durable.forEach(NameChange::happen);
    pending.removeAll(durable);
  }

  /** The machine crashes: some of them survive, but none that follows a lost one. */
  void crash(Random random) {
    Set<MemoryFolder> lost = new HashSet<>();
    for (NameChange change : pending) {
      boolean dependsOnLost = change.folders.stream().anyMatch(lost::contains);
      if (dependsOnLost || random.nextInt(4) == 0) {
        lost.addAll(change.folders);
      } else {
        change.happen();
      }
    }
  }
}
