package io.holdfast.pool.store;

/** A sealed restore point, open for reading. Thread-safe. */
public interface RestorePointReader extends AutoCloseable {

  ManifestSummary manifest();

  /**
   * A disk of the restore point; its map is checked when first asked for.
   *
   * @throws io.holdfast.error.BackupException NOT_FOUND; FORMAT_CORRUPT for a damaged map
   */
  DiskReader disk(String diskKey);

  /** Closes maps and packs. Idempotent, throws nothing. */
  @Override
  void close();
}
