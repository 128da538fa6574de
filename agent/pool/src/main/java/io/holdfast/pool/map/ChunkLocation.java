package io.holdfast.pool.map;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.pack.PackPlace;
import java.util.UUID;

/**
 * A data chunk of a disk and where it lies.
 *
 * @param chunk its number: disk offset divided by the chunk size
 * @param id what it is
 * @param packId the pack
 * @param offset of the record header in the pack
 * @param storedLength bytes after the record header
 * @param plainLength bytes of the chunk
 */
public record ChunkLocation(
    long chunk, ChunkId id, UUID packId, long offset, int storedLength, int plainLength) {

  /** The same chunk in another place. */
  public ChunkLocation at(PackPlace place) {
    return new ChunkLocation(
        chunk, id, place.packId(), place.offset(), place.storedLength(), plainLength);
  }

  /** Where the record lies. */
  public PackPlace place() {
    return new PackPlace(packId, offset, storedLength);
  }

  /** Record header and stored bytes. */
  public int recordBytes() {
    return ChunkRecord.HEADER_BYTES + storedLength;
  }
}
