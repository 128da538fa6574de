package io.holdfast.pool.store;

import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.plan.PlanFile;
import java.util.Optional;

/**
 * What a stream's writer looks at.
 *
 * @param plan of the stream's disk
 * @param base the disk in the base restore point, when the plan's gap is BASE
 * @param previous the disk in the previous restore point, if there is one
 * @param finder finds chunks that the pool has
 * @param dedup whether it finds any: the pool is a dedup pool
 */
record StreamInputs(
    PlanFile plan,
    Optional<FolderDiskReader> base,
    Optional<FolderDiskReader> previous,
    ChunkFinder finder,
    boolean dedup) {

  /** Where the base has a chunk of the disk. */
  Optional<ChunkLocation> baseLocation(long chunk) {
    return base.flatMap(disk -> disk.map().find(chunk));
  }

  /** Where the previous restore point has a chunk of the disk. */
  Optional<ChunkLocation> previousLocation(long chunk) {
    return previous.flatMap(disk -> disk.map().find(chunk));
  }
}
