package io.holdfast.pool.journal;

/** What became of a chunk of an extent; the ordinal is the number in the journal. */
public enum ChunkState {
  /** Zero: no entry in the map. */
  ZERO,
  /** Stored in the session's pack. */
  STORED,
  /** As in the base restore point. */
  BASE,
  /** In the pool already, in a pack that the record names. */
  KNOWN
}
