package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;

/**
 * A chunk as it is stored.
 *
 * @param number of the chunk: disk offset divided by the chunk size
 * @param id what it is
 * @param recordBytes length of its record, header included
 */
public record StoredChunk(long number, ChunkId id, int recordBytes) {}
