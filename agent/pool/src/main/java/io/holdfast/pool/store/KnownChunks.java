package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.gc.Condemnations;
import io.holdfast.pool.index.ChunkIndex;
import io.holdfast.pool.index.PoolIndex;
import io.holdfast.pool.pack.PackDirectories;
import io.holdfast.pool.pack.PackDirectory;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackPlace;
import io.holdfast.pool.pack.PackReader;
import io.holdfast.pool.verify.DamagedRecords;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an open dedup pool holds and who may refer to it (POOL-02). Thread-safe.
 *
 * <p>The rule that everything rests on: a place is given out only after the directory of its pack
 * was read, and only if the pack is sealed and not condemned, or the asking session's own.
 */
final class KnownChunks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KnownChunks.class);

  private final PoolScope scope;
  private final PoolIndex index;
  private final PackDirectories directories;
  private final Excluded excluded;

  /** Packs of unsealed sessions, wherever they are: nobody else's. */
  private final Set<UUID> unsealed = ConcurrentHashMap.newKeySet();

  /**
   * What may not be referred to although it is sealed.
   *
   * @param condemnations packs
   * @param damaged records
   */
  record Excluded(Condemnations condemnations, DamagedRecords damaged) {}

  KnownChunks(PoolScope scope, PoolIndex index, PackDirectories directories, Excluded excluded) {
    this.scope = scope;
    this.index = index;
    this.directories = directories;
    this.excluded = excluded;
  }

  /** What the index holds, for people; lists the packs' folders. */
  IndexFacts indexFacts() {
    long packs =
        scope.files().list(scope.tree().packs()).stream()
            .map(shard -> scope.tree().packs().resolve(shard))
            .mapToLong(
                shard ->
                    scope.files().list(shard).stream()
                        .filter(name -> PoolTree.packId(name).isPresent())
                        .count())
            .sum();
    return new IndexFacts(index.isUsable(), index.isComplete(), packs, index.estimatedEntries());
  }

  /** Where a chunk is besides a place that is damaged or gone. */
  OtherPlaces otherPlaces() {
    return (id, damaged) ->
        index
            .hints(List.of(id))
            .get(0)
            .map(ChunkIndex.Hint::packId)
            .filter(this::isEverybodys)
            .flatMap(packId -> sealedDirectory(packId).find(id))
            .filter(place -> !place.equals(damaged) && !isDamaged(place));
  }

  PoolIndex index() {
    return index;
  }

  /** Lookups for a session. */
  SessionFinder finder(SessionFolder folder) {
    return new SessionFinder(this, folder);
  }

  /** A pack that lies in {@code packs/} or is about to, of a session that is not sealed. */
  void placing(SealDocument seal) {
    unsealed.addAll(SessionSealing.packs(seal));
  }

  /** A session's pack is finished and synced: index → manifest comes after. */
  void finished(UUID packId, List<PackEntry> entries) {
    unsealed.add(packId);
    directories.put(new PackDirectory(packId, entries));
    index.enter(packId, entries);
  }

  /** Enters packs of {@code packs/} that the index has lost. */
  void placed(List<UUID> packs) {
    for (UUID pack : index.missing(packs)) {
      try (PackReader reader = PackReader.open(scope, pack)) {
        index.enter(pack, reader.directory());
      }
    }
  }

  /** A session is sealed: its packs are everybody's. */
  void sealed(Collection<UUID> packs) {
    unsealed.removeAll(packs);
  }

  /** A session is gone with its packs. */
  void abandoned(Collection<UUID> packs) {
    packs.forEach(directories::forget);
    unsealed.removeAll(packs);
  }

  /** A pack in {@code packs/} that a collection has written. */
  void added(UUID packId, List<PackEntry> entries) {
    directories.put(new PackDirectory(packId, entries));
    index.enter(packId, entries);
  }

  /** A pack is about to be deleted. */
  void going(UUID packId) {
    try (PackReader reader = PackReader.open(scope, packId)) {
      index.remove(packId, reader.directory());
    } catch (BackupException unreadable) {
      LOG.debug("Entries of a deleted pack stay in the index: {}", unreadable.getMessage());
    }
    directories.forget(packId);
  }

  /** Whether a pack in {@code packs/} may be referred to by anybody. */
  boolean isEverybodys(UUID packId) {
    return !unsealed.contains(packId) && !excluded.condemnations().isCondemned(packId);
  }

  /** Records known to be damaged. */
  DamagedRecords damaged() {
    return excluded.damaged();
  }

  boolean isDamaged(PackPlace place) {
    return excluded.damaged().contains(place);
  }

  /** The directory of a pack of {@code packs/}. */
  PackDirectory sealedDirectory(UUID packId) {
    return directories.get(packId, scope.tree().pack(packId));
  }

  /** The directory of a finished pack of a session. */
  PackDirectory ownDirectory(UUID packId, SessionFolder folder, String name) {
    return directories.get(packId, folder.file(name));
  }

  @Override
  public void close() {
    index.close();
  }
}
