package io.holdfast.pool.verify;

import io.holdfast.pool.chunk.ChunkId;
import java.util.Map;
import java.util.UUID;

/**
 * What the check of a pack found.
 *
 * @param packId which one
 * @param sound every byte is as it should be
 * @param damagedRecords by offset
 */
record PackResult(UUID packId, boolean sound, Map<Long, ChunkId> damagedRecords) {}
