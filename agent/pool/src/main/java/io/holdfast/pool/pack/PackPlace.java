package io.holdfast.pool.pack;

import io.holdfast.pool.chunk.ChunkRecord;
import java.util.UUID;

/**
 * Where a chunk record lies.
 *
 * @param packId the pack
 * @param offset of the record header in the pack
 * @param storedLength bytes after the record header
 */
public record PackPlace(UUID packId, long offset, int storedLength) {

  /** Record header and stored bytes. */
  public long recordBytes() {
    return ChunkRecord.HEADER_BYTES + (long) storedLength;
  }
}
