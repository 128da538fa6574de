package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.pack.PackPlace;
import java.util.Optional;

/** Knows where else a chunk is, when its place is damaged or gone. Thread-safe. */
@FunctionalInterface
interface OtherPlaces {
  /** A pool that has no index at hand. */
  OtherPlaces NONE = (id, damaged) -> Optional.empty();

  /** Another sealed place of the chunk. */
  Optional<PackPlace> of(ChunkId id, PackPlace damaged);
}
