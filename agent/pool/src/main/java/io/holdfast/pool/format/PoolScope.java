package io.holdfast.pool.format;

import io.holdfast.pool.medium.PoolFiles;
import java.util.UUID;

/**
 * What everything inside one open pool shares. Immutable.
 *
 * @param files the file operations
 * @param tree where things lie
 * @param poolId the pool
 * @param chunkBytes its chunk size
 * @param epoch of the writer lease; 0 when open for reading only
 */
public record PoolScope(PoolFiles files, PoolTree tree, UUID poolId, int chunkBytes, long epoch) {

  /** Length of a sealed pack's file; 0 when there is none. */
  public long packLength(UUID packId) {
    return files.length(tree.pack(packId));
  }
}
