package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import java.util.List;
import java.util.UUID;

/**
 * What a pool holds, as far as it can be read (OPS-02).
 *
 * @param points sealed restore points, oldest first
 * @param damaged those whose manifest cannot be read
 */
public record PoolListing(List<ManifestSummary> points, List<Unreadable> damaged) {
  public PoolListing {
    points = List.copyOf(points);
    damaged = List.copyOf(damaged);
  }

  /**
   * A restore point whose manifest cannot be read.
   *
   * @param restorePointId by the file's name
   * @param error FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD; names the file
   */
  public record Unreadable(UUID restorePointId, BackupException error) {}
}
