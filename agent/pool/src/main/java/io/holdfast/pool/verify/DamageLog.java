package io.holdfast.pool.verify;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.pool.format.PoolTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Collects damage and, as maps are walked, whom it hurts. Thread-safe. */
final class DamageLog {
  private final PoolTree tree;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<UUID, Map<Long, Entry>> chunks = new HashMap<>();
  private final Map<UUID, Entry> packs = new HashMap<>();

  DamageLog(PoolTree tree) {
    this.tree = tree;
  }

  /** One damaged place, its victims still being counted. */
  static final class Entry {
    private final String file;
    private final long offset;
    private final ErrorCode code;
    private final String what;
    private final Set<UUID> victims = new LinkedHashSet<>();

    private Entry(String file, long offset, ErrorCode code, String what) {
      this.file = file;
      this.offset = offset;
      this.code = code;
      this.what = what;
    }

    synchronized void hurts(UUID restorePoint) {
      victims.add(restorePoint);
    }
  }

  synchronized Entry add(Path file, long offset, ErrorCode code, String what) {
    Entry entry = new Entry(tree.relative(file), offset, code, what);
    entries.add(entry);
    return entry;
  }

  /** Damage as the exception tells it. */
  Entry add(Path file, BackupException error) {
    String offset = error.parameters().getOrDefault("offset", "0");
    String what = error.parameters().getOrDefault("cause", Reason.of(error));
    return add(file, Long.parseLong(offset), error.code(), what);
  }

  /** A damaged chunk: hurts every map with an entry that points there. */
  synchronized void addChunk(UUID packId, Path file, long offset, String what) {
    chunks
        .computeIfAbsent(packId, id -> new HashMap<>())
        .put(offset, add(file, offset, ErrorCode.CHUNK_CORRUPT, what));
  }

  /** A pack that cannot be read at all: hurts every map that needs it. */
  synchronized void addPack(UUID packId, Entry damage) {
    packs.putIfAbsent(packId, damage);
  }

  synchronized Optional<Entry> ofPack(UUID packId) {
    return Optional.ofNullable(packs.get(packId));
  }

  synchronized Optional<Entry> ofChunk(UUID packId, long offset) {
    return Optional.ofNullable(chunks.getOrDefault(packId, Map.of()).get(offset));
  }

  synchronized List<Damage> all() {
    return entries.stream()
        .map(
            entry ->
                new Damage(
                    entry.file, entry.offset, entry.code, entry.what, List.copyOf(entry.victims)))
        .toList();
  }
}
