package io.holdfast.pool.verify;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.DamagedChunk;
import io.holdfast.pool.document.Verified;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.pack.PackPlace;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Verification as a job of a pool open for writing (POOL-10): all of it, a part, or what was not
 * verified for long, the oldest first; what it finds is kept in {@code verify/}. Records found
 * damaged are a miss for deduplication from then on, so that the next backup of the data stores
 * them again. Used once, by one thread.
 *
 * <p>Times and damage are written every {@value #WRITTEN_AFTER} packs: a crash costs no more.
 */
public final class VerificationRun {
  private static final int WRITTEN_AFTER = 1_000;

  private final PoolScope scope;
  private final DamagedRecords known;
  private final Clock clock;
  private final VerifiedTimes times;
  private final Set<UUID> allPacks = new HashSet<>();
  private final List<DamagedChunk> damaged;
  private BiFunction<ChunkId, PackPlace, Optional<PackPlace>> otherPlaces =
      (id, damaged) -> Optional.empty();
  private boolean damageChanged;
  private int unwritten;

  /**
   * @param known what deduplication excludes; replaced by this run
   */
  public VerificationRun(PoolScope scope, DamagedRecords known, Clock clock) {
    this.scope = scope;
    this.known = known;
    this.clock = clock;
    this.times = VerifiedTimes.read(scope);
    this.damaged = new ArrayList<>(known.all());
  }

  /**
   * Tells where else a chunk lies whose place is damaged: it hurts nobody then.
   *
   * @param places another sealed place that is not known to be damaged
   */
  public VerificationRun healedBy(BiFunction<ChunkId, PackPlace, Optional<PackPlace>> places) {
    otherPlaces = places;
    return this;
  }

  /** Runs to the end or until the listener stops it. */
  public VerifyReport run(VerifySelection selection, VerifyListener listener) {
    scope.files().createFolder(scope.tree().verify());
    scope.files().syncFolder(scope.tree().root());
    PoolVerification verification =
        new PoolVerification(scope, listener)
            .withPacks(packs -> select(packs, selection), this::packChecked)
            .healedBy(otherPlaces);
    VerifyReport report = verification.run();
    write();
    if (report.complete() && selection.isAll()) {
      noteRestorePoints(report);
    }
    return report;
  }

  private List<UUID> select(List<UUID> packs, VerifySelection selection) {
    allPacks.addAll(packs);
    if (selection.isAll()) {
      return packs;
    }
    Instant now = clock.instant();
    Set<UUID> chosen = new LinkedHashSet<>(packs);
    chosen.retainAll(suspects());
    packs.stream()
        .filter(pack -> selection.isDue(pack, times, now))
        .sorted(Comparator.comparing((UUID pack) -> times.of(pack).orElse(Instant.MIN)))
        .limit(selection.countOf(packs.size()))
        .forEach(chosen::add);
    return List.copyOf(chosen);
  }

  /** Packs with records known to be damaged. */
  private Set<UUID> suspects() {
    return damaged.stream()
        .map(chunk -> UUID.fromString(chunk.getPackId()))
        .collect(Collectors.toSet());
  }

  private synchronized void packChecked(PackResult result) {
    UUID pack = result.packId();
    String name = pack.toString();
    damageChanged |= damaged.removeIf(chunk -> chunk.getPackId().equals(name));
    result.damagedRecords().forEach((offset, id) -> damaged.add(document(pack, offset, id)));
    damageChanged |= !result.damagedRecords().isEmpty();
    if (result.sound()) {
      times.sound(pack, clock.instant());
    } else {
      times.damaged(pack);
    }
    unwritten++;
    if (unwritten >= WRITTEN_AFTER) {
      write();
    }
  }

  private static DamagedChunk document(UUID pack, long offset, ChunkId id) {
    ByteBuffer bytes = ByteBuffer.allocate(ChunkId.BYTES);
    id.write(bytes);
    return DamagedChunk.newBuilder()
        .setPackId(pack.toString())
        .setOffset((int) offset)
        .setChunkId(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private void write() {
    Set<String> there = new HashSet<>();
    allPacks.stream()
        .filter(pack -> scope.files().exists(scope.tree().pack(pack)))
        .forEach(pack -> there.add(pack.toString()));
    damageChanged |= damaged.removeIf(chunk -> !there.contains(chunk.getPackId()));
    if (damageChanged) {
      known.replace(List.copyOf(damaged));
      damageChanged = false;
    }
    times.write(allPacks);
    unwritten = 0;
  }

  private void noteRestorePoints(VerifyReport report) {
    for (UUID id : ManifestFile.list(scope)) {
      long places =
          report.damage().stream().filter(place -> place.restorePoints().contains(id)).count();
      DocumentFile.write(
          scope.files(),
          scope.tree().verified(id),
          FileHeader.of(FileKind.VERIFIED, scope, id, 0),
          Verified.newBuilder()
              .setVerifiedEpochMillis(clock.millis())
              .setDamage(places)
              .setComplete(true)
              .build());
    }
  }
}
