package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.journal.ExtentRecord;
import io.holdfast.pool.journal.ExtentRecord.JournaledChunk;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapCursor;
import io.holdfast.pool.map.DiskMapWriter;
import io.holdfast.pool.plan.PlanCursor;
import io.holdfast.pool.plan.PlanFile;
import io.holdfast.pool.plan.PlanItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a disk's complete map: the base's, overlaid with what the journals say. Walks plan,
 * journals and base map side by side in disk order; memory does not grow with the disk.
 */
final class MapBuilder {
  private final DiskMapWriter writer;
  private final PlanFile plan;
  private final Map<UUID, Long> packLengths = new HashMap<>();
  private final Optional<DiskMapCursor> base;
  private final PoolScope scope;
  private final MapCounts counts = new MapCounts();

  /**
   * @param scope the pool
   * @param packs the session's
   * @param base the disk in the base restore point, when the plan's gap is BASE
   */
  MapBuilder(
      PoolScope scope,
      DiskMapWriter writer,
      PlanFile plan,
      Collection<SealedPack> packs,
      Optional<FolderDiskReader> base) {
    this.scope = scope;
    this.writer = writer;
    this.plan = plan;
    this.base = base.map(disk -> disk.map().cursor());
    base.ifPresent(disk -> packLengths.putAll(disk.map().packs()));
    packs.forEach(
        pack -> packLengths.put(UUID.fromString(pack.getPackId()), pack.getLengthBytes()));
  }

  /** A stream and its next planned extent. */
  private static final class Head {
    private final FolderStreamWriter stream;
    private final PlanCursor cursor;
    private PlanItem item;

    Head(FolderStreamWriter stream, PlanCursor cursor) {
      this.stream = stream;
      this.cursor = cursor;
      this.item = cursor.next();
    }

    boolean advance() {
      if (!cursor.hasNext()) {
        return false;
      }
      item = cursor.next();
      return true;
    }
  }

  /** Adds all of the disk's chunks to the map. */
  void build(List<FolderStreamWriter> streams) {
    List<Head> heads = new ArrayList<>();
    for (int i = 0; i < streams.size(); i++) {
      PlanCursor cursor = plan.cursor(i, 0);
      if (cursor.hasNext()) {
        heads.add(new Head(streams.get(i), cursor));
      }
    }
    while (!heads.isEmpty()) {
      Head first = heads.get(0);
      for (Head head : heads) {
        if (head.item.span().offset() < first.item.span().offset()) {
          first = head;
        }
      }
      long ordinal = first.cursor.ordinal() - 1;
      SpanChunks chunks = new SpanChunks(first.item, plan.target().gap(), scope.chunkBytes());
      overlay(first.stream.place(), chunks, first.stream.journal().record(ordinal));
      if (!first.advance()) {
        heads.remove(first);
      }
    }
    copyBaseBefore(Long.MAX_VALUE);
  }

  /** Where the chunks come from. */
  MapCounts counts() {
    return counts;
  }

  private void overlay(StreamPlace place, SpanChunks chunks, ExtentRecord record) {
    if (record.chunks().size() != chunks.count()) {
      throw BackupException.of(
          ErrorCode.SESSION_PLAN_CONFLICT,
          "session",
          place.sessionId(),
          "disk",
          place.disk().key());
    }
    UUID packId = place.packId(record.packSequence(), record.packEpoch());
    for (int i = 0; i < chunks.count(); i++) {
      long number = chunks.number(i);
      copyBaseBefore(number);
      JournaledChunk chunk = record.chunks().get(i);
      switch (chunk.state()) {
        case ZERO -> skipBase(number);
        case BASE -> copyBaseBefore(number + 1);
        case STORED -> {
          skipBase(number);
          addStored(packId, chunk, number, chunks.length(i));
        }
        case KNOWN -> {
          skipBase(number);
          addKnown(chunk, number, chunks.length(i));
        }
      }
    }
  }

  private void addKnown(JournaledChunk chunk, long number, int plainLength) {
    UUID packId = chunk.packId().orElseThrow();
    writer.add(
        new ChunkLocation(
            number,
            chunk.id().orElseThrow(),
            packId,
            chunk.offset(),
            chunk.storedLength(),
            plainLength),
        packLengths.computeIfAbsent(packId, scope::packLength));
    counts.known(plainLength);
  }

  private void addStored(UUID packId, JournaledChunk chunk, long number, int plainLength) {
    ChunkLocation location =
        new ChunkLocation(
            number,
            chunk.id().orElseThrow(),
            packId,
            chunk.offset(),
            chunk.storedLength(),
            plainLength);
    writer.add(location, packLengths.get(packId));
    counts.stored(plainLength, chunk.recordBytes());
  }

  private void copyBaseBefore(long chunk) {
    while (base.isPresent() && base.get().peekChunk() < chunk) {
      ChunkLocation location = base.get().next();
      writer.add(location, packLengths.get(location.packId()));
      counts.unchanged(location.plainLength());
    }
  }

  private void skipBase(long chunk) {
    if (base.isPresent() && base.get().peekChunk() == chunk) {
      base.get().next();
    }
  }
}
