package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.medium.PoolFiles.FileLease;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Restore points that are open for reading in this process: they are not removed, and packs
 * condemned since they were opened are not deleted. Thread-safe.
 */
final class OpenReaders implements AutoCloseable {
  private final Set<Tracked> open = new HashSet<>();
  private Optional<FileLease> shared = Optional.empty();

  /** A restore point that says when it is closed. */
  private final class Tracked implements RestorePointReader {
    private final UUID id;
    private final long generation;
    private final RestorePointReader reader;

    private Tracked(UUID id, long generation, RestorePointReader reader) {
      this.id = id;
      this.generation = generation;
      this.reader = reader;
    }

    @Override
    public ManifestSummary manifest() {
      return reader.manifest();
    }

    @Override
    public DiskReader disk(String diskKey) {
      return reader.disk(diskKey);
    }

    @Override
    public void close() {
      reader.close();
      forget(this);
    }
  }

  /**
   * Opens a restore point; it is never removed between being opened and being counted.
   *
   * @param generation of garbage collection now
   */
  synchronized RestorePointReader open(
      UUID id, long generation, Supplier<? extends RestorePointReader> opening) {
    Tracked tracked = new Tracked(id, generation, opening.get());
    open.add(tracked);
    return tracked;
  }

  private synchronized void forget(Tracked reader) {
    open.remove(reader);
  }

  /**
   * Does something that nobody may read a restore point during.
   *
   * @throws BackupException POINT_BEING_READ
   */
  synchronized void whileUnread(UUID id, Runnable action) {
    if (open.stream().anyMatch(reader -> reader.id.equals(id))) {
      throw BackupException.of(ErrorCode.POINT_BEING_READ, "id", id);
    }
    action.run();
  }

  /** When the oldest of them was opened. */
  synchronized OptionalLong oldestGeneration() {
    return open.stream().mapToLong(reader -> reader.generation).min();
  }

  /** Tells the writing process that this one reads, where the medium has locks. */
  synchronized void share(PoolScope scope) {
    try {
      shared = scope.files().tryShare(scope.tree().readersLock());
    } catch (BackupException readOnlyMedium) {
      shared = Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    shared.ifPresent(FileLease::close);
    shared = Optional.empty();
  }
}
