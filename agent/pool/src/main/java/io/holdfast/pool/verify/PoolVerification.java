package io.holdfast.pool.verify;

import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapCursor;
import io.holdfast.pool.map.DiskMapReader;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackDirectories;
import io.holdfast.pool.pack.PackPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One verification of all sealed files of a pool: manifests and the maps they name, then packs,
 * then every entry of every map against what lies in the packs. Used once, by one thread; packs are
 * checked on a few of its own.
 */
public final class PoolVerification {
  private static final int KNOWN_PACKS = 256;

  private final PoolScope scope;
  private final VerifyListener listener;
  private final DamageLog damage;
  private final PackChecks packChecks;
  private final MovedPacks moved;
  private final Map<UUID, Manifest> manifests = new LinkedHashMap<>();
  private final Map<UUID, Map<Long, ChunkId>> contents =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Map<Long, ChunkId>> eldest) {
          return size() > KNOWN_PACKS;
        }
      };
  private long checkedBytes;
  private long totalBytes;
  private volatile boolean stopped;
  private UnaryOperator<List<UUID>> packChoice = UnaryOperator.identity();
  private Consumer<PackResult> packListener = checked -> {};
  private BiFunction<ChunkId, PackPlace, Optional<PackPlace>> otherPlaces =
      (id, damaged) -> Optional.empty();

  public PoolVerification(PoolScope scope, VerifyListener listener) {
    this.scope = scope;
    this.listener = listener;
    this.damage = new DamageLog(scope.tree());
    this.packChecks = new PackChecks(scope, damage);
    this.moved = new MovedPacks(scope, new PackDirectories(scope));
  }

  /**
   * Checks the records of some packs only, in an order.
   *
   * @param choice of all packs
   * @param told of each, by any thread
   */
  PoolVerification withPacks(UnaryOperator<List<UUID>> choice, Consumer<PackResult> told) {
    this.packChoice = choice;
    this.packListener = told;
    return this;
  }

  /** Tells where else a chunk lies whose place is damaged: readers find it there. */
  PoolVerification healedBy(BiFunction<ChunkId, PackPlace, Optional<PackPlace>> places) {
    this.otherPlaces = places;
    return this;
  }

  /** Runs to the end or until the listener stops it. */
  public VerifyReport run() {
    List<UUID> restorePoints = ManifestFile.list(scope);
    List<UUID> packs = packChoice.apply(packs());
    totalBytes = totalBytes(restorePoints, packs);
    new DocumentVerification(scope, damage).run();
    restorePoints.forEach(this::checkManifest);
    if (!stopped) {
      packChecks.run(
          packs,
          checked -> {
            packListener.accept(checked);
            progress(scope.tree().pack(checked.packId()));
            return !stopped;
          });
    }
    for (UUID restorePoint : manifests.keySet()) {
      if (!stopped) {
        checkMaps(restorePoint);
      }
    }
    return new VerifyReport(
        checkedBytes,
        packs.size(),
        packChecks.chunks(),
        restorePoints.size(),
        damage.all().stream().filter(this::stillMatters).toList(),
        !stopped);
  }

  /** What was pruned or collected meanwhile hurts nobody. */
  private boolean stillMatters(Damage found) {
    return found.restorePoints().isEmpty()
        ? scope.files().exists(scope.tree().root().resolve(found.file()))
        : found.restorePoints().stream().anyMatch(id -> ManifestFile.exists(scope, id));
  }

  private List<UUID> packs() {
    List<UUID> result = new ArrayList<>();
    for (String shard : scope.files().list(scope.tree().packs())) {
      scope.files().list(scope.tree().packs().resolve(shard)).stream()
          .map(PoolTree::packId)
          .flatMap(Optional::stream)
          .forEach(result::add);
    }
    return result;
  }

  private long totalBytes(List<UUID> restorePoints, List<UUID> packs) {
    long sum = 0;
    for (UUID pack : packs) {
      sum += scope.files().length(scope.tree().pack(pack));
    }
    for (UUID restorePoint : restorePoints) {
      sum += scope.files().length(scope.tree().manifest(restorePoint));
      for (String map : scope.files().list(scope.tree().maps(restorePoint))) {
        sum += scope.files().length(scope.tree().maps(restorePoint).resolve(map));
      }
    }
    return sum;
  }

  /** Tells the listener, one call at a time. */
  private synchronized void progress(Path file) {
    checkedBytes += scope.files().length(file);
    if (!listener.checked(checkedBytes, Math.max(totalBytes, checkedBytes))) {
      stopped = true;
    }
  }

  private void checkManifest(UUID id) {
    if (stopped) {
      return;
    }
    try {
      manifests.put(id, ManifestFile.read(scope, id).body());
    } catch (BackupException error) {
      damage.add(scope.tree().manifest(id), error).hurts(id);
    }
    progress(scope.tree().manifest(id));
  }

  private void checkMaps(UUID restorePoint) {
    List<ManifestDisk> disks = manifests.get(restorePoint).getDisksList();
    for (int number = 0; number < disks.size() && !stopped; number++) {
      Path file = scope.tree().map(restorePoint, number);
      try (DiskMapReader map = DiskMapReader.open(scope, restorePoint, number)) {
        requireNamed(map, disks.get(number));
        checkPacksPresent(map);
        checkEntries(map, restorePoint);
      } catch (BackupException error) {
        damage.add(file, error).hurts(restorePoint);
      }
      progress(file);
    }
  }

  private static void requireNamed(DiskMapReader map, ManifestDisk disk) {
    String expected = HexFormat.of().formatHex(disk.getMapSha256().toByteArray());
    if (!map.sha256().equals(expected) || map.lengthBytes() != disk.getMapBytes()) {
      throw FormatErrors.corrupt(map.path(), 0, ReasonCode.NOT_THE_NAMED_MAP);
    }
  }

  private void checkPacksPresent(DiskMapReader map) {
    for (UUID pack : map.packs().keySet()) {
      Path file = scope.tree().pack(pack);
      if (damage.ofPack(pack).isEmpty() && !scope.files().exists(file) && !moved.isMoved(pack)) {
        damage.addPack(
            pack,
            damage.add(file, 0, ErrorCode.CHUNK_MISSING, Reason.of(ReasonCode.NEEDED_PACK_GONE)));
      }
    }
  }

  private void checkEntries(DiskMapReader map, UUID restorePoint) {
    DiskMapCursor cursor = map.cursor();
    while (cursor.hasNext()) {
      ChunkLocation location = cursor.next();
      Optional<DamageLog.Entry> known =
          damage
              .ofPack(location.packId())
              .or(() -> damage.ofChunk(location.packId(), location.offset()));
      if (known.isPresent()) {
        if (!isElsewhere(location)) {
          known.get().hurts(restorePoint);
        }
      } else if (!isThere(location, restorePoint) && !isElsewhere(location)) {
        damage
            .add(
                scope.tree().pack(location.packId()),
                location.offset(),
                ErrorCode.CHUNK_MISSING,
                Reason.of(ReasonCode.NEEDED_CHUNK_GONE, "id", location.id()))
            .hurts(restorePoint);
      }
    }
  }

  /** Whether a later backup has stored the chunk again, and there it is sound. */
  private boolean isElsewhere(ChunkLocation location) {
    try {
      return otherPlaces
          .apply(location.id(), location.place())
          .filter(other -> damage.ofPack(other.packId()).isEmpty())
          .filter(other -> damage.ofChunk(other.packId(), other.offset()).isEmpty())
          .isPresent();
    } catch (CorruptionException damagedToo) {
      return false;
    }
  }

  /** Whether the chunk is where the map says, or where a compaction put it. */
  private boolean isThere(ChunkLocation location, UUID restorePoint) {
    if (location.id().equals(contentsOf(location.packId()).get(location.offset()))) {
      return true;
    }
    Optional<PackPlace> place = moved.find(location.packId(), location.id());
    place
        .flatMap(now -> damage.ofChunk(now.packId(), now.offset()))
        .ifPresent(found -> found.hurts(restorePoint));
    return place.isPresent();
  }

  private Map<Long, ChunkId> contentsOf(UUID packId) {
    Map<Long, ChunkId> known = contents.get(packId);
    if (known == null) {
      known = PackVerification.contents(scope, packId);
      contents.put(packId, known);
    }
    return known;
  }
}
