package io.holdfast.pool.journal;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.pack.PackPlace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of one extent.
 *
 * @param ordinal of the extent in its stream
 * @param packSequence of the pack its chunks are in; 0 when none is stored
 * @param packEpoch epoch in that pack's header
 * @param chunks one per chunk of the span
 */
public record ExtentRecord(
    long ordinal, int packSequence, long packEpoch, List<JournaledChunk> chunks) {
  private static final int TYPE_EXTENT = 1;
  private static final int HEADER_BYTES = 32;
  private static final int STORED_BYTES = 1 + 4 + 4 + ChunkId.BYTES;
  private static final int KNOWN_BYTES = STORED_BYTES + 16;

  /**
   * A chunk of the extent.
   *
   * @param state what became of it
   * @param offset of the record header in the pack; 0 unless stored or known
   * @param storedLength bytes after the record header; 0 unless stored or known
   * @param id of the chunk; present when stored or known
   * @param packId the pack of a known chunk; a stored one is in the extent's
   */
  public record JournaledChunk(
      ChunkState state,
      long offset,
      int storedLength,
      Optional<ChunkId> id,
      Optional<UUID> packId) {
    /** A chunk without a place. */
    public static JournaledChunk of(ChunkState state) {
      return new JournaledChunk(state, 0, 0, Optional.empty(), Optional.empty());
    }

    /** A chunk that is in the pool already. */
    public static JournaledChunk known(PackPlace place, ChunkId id) {
      return new JournaledChunk(
          ChunkState.KNOWN,
          place.offset(),
          place.storedLength(),
          Optional.of(id),
          Optional.of(place.packId()));
    }

    /** A stored chunk. */
    public static JournaledChunk stored(long offset, int storedLength, ChunkId id) {
      return new JournaledChunk(
          ChunkState.STORED, offset, storedLength, Optional.of(id), Optional.empty());
    }

    /** Record header and stored bytes in the pack; 0 unless stored. */
    public long recordBytes() {
      return state == ChunkState.STORED ? ChunkRecord.HEADER_BYTES + (long) storedLength : 0;
    }
  }

  public ExtentRecord {
    chunks = List.copyOf(chunks);
  }

  /** Bytes written into the pack. */
  public long storedBytes() {
    return chunks.stream().mapToLong(JournaledChunk::recordBytes).sum();
  }

  /** First byte of the pack behind the extent's last record; 0 when none is stored. */
  public long packEnd() {
    long end = 0;
    for (JournaledChunk chunk : chunks) {
      if (chunk.state() == ChunkState.STORED) {
        end = Math.max(end, chunk.offset() + chunk.recordBytes());
      }
    }
    return end;
  }

  int encodedBytes() {
    return HEADER_BYTES + chunks.size() * KNOWN_BYTES;
  }

  void write(ByteBuffer into) {
    into.putInt(TYPE_EXTENT << 24).putInt(chunks.size());
    into.putLong(ordinal).putInt(packSequence).putInt(0).putLong(packEpoch);
    for (JournaledChunk chunk : chunks) {
      into.put((byte) chunk.state().ordinal());
      if (chunk.id().isPresent()) {
        into.putInt((int) chunk.offset()).putInt(chunk.storedLength());
        chunk.id().get().write(into);
        chunk.packId().ifPresent(pack -> FileHeader.putUuid(into, pack));
      }
    }
  }

  /** Reads a payload; empty when it is not one of this version. */
  static Optional<ExtentRecord> read(ByteBuffer from) {
    if (from.remaining() < HEADER_BYTES || from.getInt() >>> 24 != TYPE_EXTENT) {
      return Optional.empty();
    }
    int count = from.getInt();
    long ordinal = from.getLong();
    int sequence = from.getInt();
    from.getInt();
    long epoch = from.getLong();
    if (count < 0 || count > from.remaining()) {
      return Optional.empty();
    }
    List<JournaledChunk> chunks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Optional<JournaledChunk> chunk = readChunk(from);
      if (chunk.isEmpty()) {
        return Optional.empty();
      }
      chunks.add(chunk.get());
    }
    return from.hasRemaining()
        ? Optional.empty()
        : Optional.of(new ExtentRecord(ordinal, sequence, epoch, chunks));
  }

  private static Optional<JournaledChunk> readChunk(ByteBuffer from) {
    if (!from.hasRemaining()) {
      return Optional.empty();
    }
    int number = from.get();
    if (number < 0 || number >= ChunkState.values().length) {
      return Optional.empty();
    }
    ChunkState state = ChunkState.values()[number];
    if (state == ChunkState.ZERO || state == ChunkState.BASE) {
      return Optional.of(JournaledChunk.of(state));
    }
    if (from.remaining() < (state == ChunkState.STORED ? STORED_BYTES : KNOWN_BYTES) - 1) {
      return Optional.empty();
    }
    long offset = Integer.toUnsignedLong(from.getInt());
    int stored = from.getInt();
    ChunkId id = ChunkId.read(from, from.position());
    from.position(from.position() + ChunkId.BYTES);
    return Optional.of(
        state == ChunkState.STORED
            ? JournaledChunk.stored(offset, stored, id)
            : JournaledChunk.known(new PackPlace(FileHeader.getUuid(from), offset, stored), id));
  }
}
