package io.holdfast.pool.journal;

/** Tells how long the packs of a stream are, so that a journal is believed only as far. */
@FunctionalInterface
public interface PackBounds {

  /** Length of the file of a pack; 0 when there is none. */
  long lengthBytes(int packSequence);
}
