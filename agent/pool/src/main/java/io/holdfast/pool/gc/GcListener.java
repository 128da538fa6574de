package io.holdfast.pool.gc;

/** Is told how far a collection has come. Called on the collecting thread. */
@FunctionalInterface
public interface GcListener {
  /** What a collection is doing. */
  enum Phase {
    MARK,
    COMPACT,
    DELETE,
    TIDY
  }

  /**
   * @param phase going on
   * @param done maps, bytes copied or packs deleted so far
   * @return false to stop; nothing sealed is lost, the next run goes on
   */
  boolean reached(Phase phase, long done);
}
