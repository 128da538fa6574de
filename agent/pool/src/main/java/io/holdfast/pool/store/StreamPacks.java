package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.journal.Journal;
import io.holdfast.pool.journal.JournaledPack;
import io.holdfast.pool.pack.PackPlace;
import io.holdfast.pool.pack.PackWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The packs of a stream: finished ones and the open one. Not thread-safe. Every pack but the last
 * is finished and durable, and all its records are journaled, before the next begins.
 */
final class StreamPacks implements AutoCloseable {
  private final StreamPlace place;
  private final ChunkFinder finder;
  private final List<SealedPack> finished = new ArrayList<>();
  private Optional<PackWriter> open = Optional.empty();
  private int sequence;
  private long openEpoch;

  /**
   * @param finder is told of finished packs
   */
  StreamPacks(StreamPlace place, ChunkFinder finder) {
    this.place = place;
    this.finder = finder;
  }

  /** Takes up what an earlier process left: packs end where the journal says. */
  void resume(Journal journal) {
    for (JournaledPack pack : journal.packs()) {
      finishOpen();
      sequence = pack.sequence();
      openEpoch = pack.epoch();
      open =
          Optional.of(
              PackWriter.resume(
                  place.scope(),
                  place.pack(sequence),
                  place.packId(sequence, pack.epoch()),
                  pack.endBytes()));
    }
    if (open.isPresent() && open.get().isFinished()) {
      finishOpen();
    }
  }

  int sequence() {
    return sequence;
  }

  /** The epoch in the header of the pack the next record goes to. */
  long epoch() {
    return open.isPresent() ? openEpoch : place.scope().epoch();
  }

  /** Where the next record goes; the first place when no pack is open. */
  long position() {
    return open.map(PackWriter::position).orElse((long) FileHeader.BYTES);
  }

  /** Appends records that lie behind each other; the offset of the first is the result. */
  long append(ByteBuffer records) {
    if (open.isEmpty()) {
      openEpoch = place.scope().epoch();
      open =
          Optional.of(
              PackWriter.create(
                  place.scope(),
                  place.pack(sequence),
                  place.packId(sequence, place.scope().epoch()),
                  place.packFeatures()));
    }
    return open.get().append(records);
  }

  /** What the open pack holds. */
  Map<ChunkId, PackPlace> openPlaces() {
    Map<ChunkId, PackPlace> places = new HashMap<>();
    open.ifPresent(
        pack ->
            pack.entries()
                .forEach(entry -> places.put(entry.record().id(), entry.place(pack.packId()))));
    return places;
  }

  /** The id of the pack that the next record goes to. */
  UUID packId() {
    return place.packId(sequence, epoch());
  }

  void rollBack(long position) {
    open.ifPresent(pack -> pack.rollBack(position));
  }

  void sync() {
    open.ifPresent(PackWriter::sync);
  }

  /** Finishes the open pack, durably; a failure leaves it open. */
  void finishOpen() {
    if (open.isEmpty()) {
      return;
    }
    PackWriter pack = open.get();
    long length = pack.finish();
    pack.close();
    finished.add(
        SealedPack.newBuilder()
            .setPackId(pack.packId().toString())
            .setSessionFile(place.packName(sequence))
            .setLengthBytes(length)
            .build());
    finder.finished(pack.packId(), place.packName(sequence), pack.entries());
    open = Optional.empty();
    sequence++;
  }

  List<SealedPack> finished() {
    return List.copyOf(finished);
  }

  @Override
  public void close() {
    open.ifPresent(PackWriter::close);
  }
}
