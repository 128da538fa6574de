package io.holdfast.pool.gc;

import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackEntry;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** What a collection needs of the open pool. Thread-safe. */
public interface CollectedPool {

  PoolScope scope();

  Condemnations condemnations();

  MovedPacks moved();

  /**
   * Makes sure that the pool is still this process's.
   *
   * @throws io.holdfast.error.BackupException POOL_IN_USE
   */
  void checkLease();

  /** From now on, durably, only readers that follow moved packs open the pool. */
  void requireReadersThatFollow();

  /** The generation of the oldest restore point that this process has open for reading. */
  OptionalLong oldestReader();

  /** A pack was written by a compaction and lies in {@code packs/}. */
  void packAdded(UUID packId, List<PackEntry> entries);

  /** A pack is about to be deleted. */
  void packGoing(UUID packId);
}
