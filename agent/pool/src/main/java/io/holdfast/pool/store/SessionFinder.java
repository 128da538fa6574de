package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.index.ChunkIndex.Hint;
import io.holdfast.pool.pack.PackDirectory;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackPlace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lookups of one session: the packs hit last, then the index. Thread-safe. Keeps the names of the
 * session's finished packs, about 100 bytes each.
 */
final class SessionFinder implements ChunkFinder {
  /** Directories that are looked into before the index is asked. */
  private static final int RECENT = 8;

  private final KnownChunks known;
  private final SessionFolder folder;
  private final Map<UUID, String> own = new ConcurrentHashMap<>();
  private final AtomicReference<PackDirectory[]> recent =
      new AtomicReference<>(new PackDirectory[0]);

  SessionFinder(KnownChunks known, SessionFolder folder) {
    this.known = known;
    this.folder = folder;
  }

  @Override
  public void finished(UUID packId, String name, List<PackEntry> entries) {
    own.put(packId, name);
    known.finished(packId, entries);
  }

  /** The session's finished packs. */
  List<UUID> ownPacks() {
    return List.copyOf(own.keySet());
  }

  @Override
  public List<Optional<PackPlace>> find(List<ChunkId> ids) {
    List<Optional<PackPlace>> result =
        new ArrayList<>(Collections.nCopies(ids.size(), Optional.empty()));
    List<Integer> asked = new ArrayList<>();
    List<ChunkId> unknown = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      result.set(i, findRecent(ids.get(i)));
      if (result.get(i).isEmpty()) {
        asked.add(i);
        unknown.add(ids.get(i));
      }
    }
    if (!unknown.isEmpty()) {
      List<Optional<Hint>> hints = known.index().hints(unknown);
      for (int i = 0; i < asked.size(); i++) {
        ChunkId id = unknown.get(i);
        result.set(asked.get(i), hints.get(i).flatMap(hint -> prove(id, hint)));
      }
    }
    return result;
  }

  private Optional<PackPlace> findRecent(ChunkId id) {
    for (PackDirectory directory : recent.get()) {
      Optional<PackPlace> place = directory.find(id);
      if (place.isPresent() && mayRefer(place.get())) {
        return place;
      }
    }
    return Optional.empty();
  }

  private Optional<PackPlace> prove(ChunkId id, Hint hint) {
    return directory(hint.packId()).flatMap(directory -> directory.find(id)).filter(this::mayRefer);
  }

  @Override
  public boolean confirms(ChunkId id, PackPlace hint) {
    return directory(hint.packId()).filter(directory -> directory.holds(id, hint)).isPresent()
        && mayRefer(hint);
  }

  private boolean mayRefer(PackPlace place) {
    UUID packId = place.packId();
    return (own.containsKey(packId) || known.isEverybodys(packId)) && !known.isDamaged(place);
  }

  /** The directory of a pack that may be referred to. */
  private Optional<PackDirectory> directory(UUID packId) {
    for (PackDirectory directory : recent.get()) {
      if (directory.packId().equals(packId)) {
        return Optional.of(directory);
      }
    }
    String name = own.get(packId);
    if (name == null && !known.isEverybodys(packId)) {
      return Optional.empty();
    }
    PackDirectory directory =
        name == null ? known.sealedDirectory(packId) : known.ownDirectory(packId, folder, name);
    remember(directory);
    return Optional.of(directory);
  }

  private void remember(PackDirectory directory) {
    recent.updateAndGet(
        before -> {
          int kept = Math.min(before.length, RECENT - 1);
          PackDirectory[] after = new PackDirectory[kept + 1];
          after[0] = directory;
          System.arraycopy(before, 0, after, 1, kept);
          return after;
        });
  }
}
