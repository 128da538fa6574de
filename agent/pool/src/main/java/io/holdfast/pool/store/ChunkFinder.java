package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackPlace;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds chunks that a session may refer to (POOL-02). Thread-safe. */
interface ChunkFinder {
  /** Finds nothing: every chunk is stored. */
  ChunkFinder NONE =
      new ChunkFinder() {
        @Override
        public List<Optional<PackPlace>> find(List<ChunkId> ids) {
          return ids.stream().map(id -> Optional.<PackPlace>empty()).toList();
        }

        @Override
        public boolean confirms(ChunkId id, PackPlace hint) {
          return false;
        }

        @Override
        public void finished(UUID packId, String name, List<PackEntry> entries) {
          // Nobody asks for it.
        }
      };

  /** Per id a place that is proved to hold the chunk, in the order asked. */
  List<Optional<PackPlace>> find(List<ChunkId> ids);

  /** Whether a place is proved to hold the chunk and may be referred to. */
  boolean confirms(ChunkId id, PackPlace hint);

  /**
   * A pack of the session is finished and synced.
   *
   * @param name of its file in the session's folder
   */
  void finished(UUID packId, String name, List<PackEntry> entries);
}
