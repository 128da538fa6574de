package io.holdfast.pool.gc;

import java.util.List;
import java.util.UUID;

/**
 * The outcome of a collection, or of a dry run.
 *
 * @param complete false when it was stopped
 * @param generation after it
 * @param restorePoints whose maps were marked
 * @param mark what was found
 * @param compacted packs copied from
 * @param copiedBytes of living records
 * @param condemned packs, by this run
 * @param deleted packs, condemned by this or earlier runs
 * @param freedBytes of those
 * @param reinstated packs found alive by the re-check
 * @param waiting what holds up the deletion of condemned packs
 */
public record GcReport(
    boolean complete,
    long generation,
    long restorePoints,
    MarkReport mark,
    long compacted,
    long copiedBytes,
    long condemned,
    long deleted,
    long freedBytes,
    long reinstated,
    Waiting waiting) {

  /**
   * What a mark found.
   *
   * @param packs in {@code packs/}
   * @param packBytes their length
   * @param liveChunks records that maps name
   * @param liveBytes of those
   * @param deadPacks that nothing names
   * @param deadBytes of those
   * @param sparsePacks below the share of living bytes
   * @param sparseBytes that compacting those would free
   * @param leftAlone packs of sessions being sealed, condemned or damaged
   */
  public record MarkReport(
      long packs,
      long packBytes,
      long liveChunks,
      long liveBytes,
      long deadPacks,
      long deadBytes,
      long sparsePacks,
      long sparseBytes,
      long leftAlone) {}

  /**
   * What holds up deletion: never a danger, only room.
   *
   * @param packs condemned and not deleted
   * @param sessions unsealed ones that began before a condemnation
   * @param readers whether restore points are open since before, here or in another process
   */
  public record Waiting(long packs, List<UUID> sessions, boolean readers) {
    public Waiting {
      sessions = List.copyOf(sessions);
    }
  }
}
