package io.holdfast.pool.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A folder in memory: names as they are and names as they would be found after a crash. */
final class MemoryFolder {
  private final Map<String, Object> current = new TreeMap<>();
  private final Map<String, Object> durable = new TreeMap<>();

  Optional<Object> child(String name) {
    return Optional.ofNullable(current.get(name));
  }

  Optional<MemoryFolder> folder(String name) {
    return current.get(name) instanceof MemoryFolder folder
        ? Optional.of(folder)
        : Optional.empty();
  }

  Optional<MemoryNode> file(String name) {
    return current.get(name) instanceof MemoryNode node ? Optional.of(node) : Optional.empty();
  }

  List<String> names() {
    return List.copyOf(current.keySet());
  }

  void put(String name, Object child) {
    current.put(name, child);
  }

  void remove(String name) {
    current.remove(name);
  }

  void putDurably(String name, Object child) {
    durable.put(name, child);
  }

  void removeDurably(String name, Object child) {
    durable.remove(name, child);
  }

  MemoryFolder copy() {
    MemoryFolder result = new MemoryFolder();
    current.forEach(
        (name, child) ->
            result.both(
                name,
                child instanceof MemoryFolder folder
                    ? folder.copy()
                    : ((MemoryNode) child).copy()));
    return result;
  }

  MemoryFolder afterPowerLoss(Random random) {
    MemoryFolder result = new MemoryFolder();
    durable.forEach(
        (name, child) ->
            result.both(
                name,
                child instanceof MemoryFolder folder
                    ? folder.afterPowerLoss(random)
                    : ((MemoryNode) child).afterPowerLoss(random)));
    return result;
  }

  private void both(String name, Object child) {
    current.put(name, child);
    durable.put(name, child);
  }
}
