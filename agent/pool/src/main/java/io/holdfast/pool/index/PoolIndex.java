package io.holdfast.pool.index;

import io.holdfast.error.BackupException;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.IndexState;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.index.ChunkIndex.Hint;
import io.holdfast.pool.medium.KeyTable;
import io.holdfast.pool.medium.KeyTable.TableException;
import io.holdfast.pool.pack.PackEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index of an open dedup pool (POOL-02): opened, reconciled with the packs when it may lack
 * some, made anew when it is damaged, gone without when nothing helps. Thread-safe; throws nothing
 * that concerns the table.
 */
public final class PoolIndex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolIndex.class);

  private final PoolScope scope;
  private final AtomicReference<Optional<ChunkIndex>> index;
  private final Optional<Reconciling> reconciling;

  private PoolIndex(
      PoolScope scope, Optional<ChunkIndex> index, Optional<Reconciling> reconciling) {
    this.scope = scope;
    this.index = new AtomicReference<>(index);
    this.reconciling = reconciling;
  }

  /**
   * Opens the index of a pool that is open for writing. One that was not closed in order is brought
   * up to date: at once when little is missing, otherwise beside the pool's use.
   */
  public static PoolIndex open(PoolScope scope) {
    try {
      boolean complete = wasClosedInOrder(scope);
      prepareFolder(scope);
      try {
        return openTable(scope, complete);
      } catch (TableException failed) {
        if (!failed.isDamaged()) {
          throw failed;
        }
        LOG.warn("The index in {} is made anew: {}", scope.tree().index(), failed.toString());
        scope.files().deleteTree(scope.tree().indexTable());
        return openTable(scope, false);
      }
    } catch (TableException | BackupException unusable) {
      LOG.warn(
          "The index of the pool in {} cannot be used, chunks are stored without a look: {}",
          scope.tree().root(),
          unusable.toString());
      return new PoolIndex(scope, Optional.empty(), Optional.empty());
    }
  }

  private static PoolIndex openTable(PoolScope scope, boolean complete) throws TableException {
    KeyTable table = scope.files().openTable(scope.tree().indexTable());
    boolean opened = false;
    try {
      ChunkIndex index = new ChunkIndex(table);
      Optional<Reconciling> reconciling =
          complete ? Optional.empty() : Optional.of(new Reconciling(scope, index));
      if (reconciling.isPresent()) {
        reconciling.get().start();
      }
      opened = true;
      return new PoolIndex(scope, Optional.of(index), reconciling);
    } finally {
      if (!opened) {
        table.close();
      }
    }
  }

  private static void prepareFolder(PoolScope scope) {
    if (!scope.files().exists(scope.tree().index())) {
      scope.files().createFolder(scope.tree().index());
      scope.files().syncFolder(scope.tree().root());
    }
  }

  /** Also deletes a table of another layout. */
  private static boolean wasClosedInOrder(PoolScope scope) {
    Path file = scope.tree().indexState();
    if (!scope.files().exists(file) || !scope.files().exists(scope.tree().indexTable())) {
      return false;
    }
    try {
      DocumentFile<IndexState> state =
          DocumentFile.read(scope.files(), file, FileKind.INDEX_STATE, IndexState.parser());
      state.header().expect(scope.poolId(), scope.poolId(), file);
      if (state.body().getLayout() != ChunkIndex.LAYOUT) {
        scope.files().deleteTree(scope.tree().indexTable());
        return false;
      }
      return state.header().epoch() == scope.epoch() - 1;
    } catch (BackupException unreadable) {
      LOG.info("The index is reconciled: {}", unreadable.getMessage());
      return false;
    }
  }

  private static void writeState(PoolScope scope) {
    DocumentFile.write(
        scope.files(),
        scope.tree().indexState(),
        FileHeader.of(FileKind.INDEX_STATE, scope, scope.poolId(), 0),
        IndexState.newBuilder().setLayout(ChunkIndex.LAYOUT).build());
  }

  /** Something done with the table. */
  private interface Use<T> {
    T run(ChunkIndex index) throws TableException;
  }

  private <T> Optional<T> use(Use<T> use) {
    Optional<ChunkIndex> usable = index.get();
    if (usable.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(use.run(usable.get()));
    } catch (TableException failed) {
      if (index.compareAndSet(usable, Optional.empty())) {
        LOG.warn("The index is out of use until the pool is opened again", failed);
        usable.get().close();
        if (failed.isDamaged()) {
          discard();
        }
      }
      return Optional.empty();
    }
  }

  /** The next opening finds no table and makes one. */
  private void discard() {
    try {
      scope.files().deleteTree(scope.tree().indexTable());
    } catch (BackupException stillThere) {
      LOG.warn("A damaged index could not be deleted: {}", stillThere.getMessage());
    }
  }

  /** Whether chunks can be looked up. */
  public boolean isUsable() {
    return index.get().isPresent();
  }

  /** Waits until everything that was in {@code packs/} at opening is entered, or cannot be. */
  public void awaitComplete() {
    reconciling.ifPresent(Reconciling::await);
  }

  /** Whether everything that was in {@code packs/} at opening is entered. */
  public boolean isComplete() {
    return isUsable() && reconciling.map(Reconciling::isComplete).orElse(true);
  }

  /** Per chunk where it may be, in the order asked. */
  public List<Optional<Hint>> hints(List<ChunkId> ids) {
    return use(usable -> usable.hints(ids))
        .orElseGet(() -> ids.stream().map(id -> Optional.<Hint>empty()).toList());
  }

  /** Those of some packs that are not entered; none when the index is out of use. */
  public List<UUID> missing(List<UUID> packs) {
    return use(usable -> usable.missing(packs)).orElse(List.of());
  }

  /** Enters a finished, synced pack. */
  public void enter(UUID packId, List<PackEntry> entries) {
    use(
        usable -> {
          usable.enter(packId, entries);
          return true;
        });
  }

  /** Forgets a pack that is going to be deleted. */
  public void remove(UUID packId, List<PackEntry> entries) {
    use(
        usable -> {
          usable.remove(packId, entries);
          return true;
        });
  }

  /** About how many entries there are; 0 when it is out of use. */
  public long estimatedEntries() {
    return use(ChunkIndex::estimatedEntries).orElse(0L);
  }

  /** Closes in order: what was entered is there at the next opening. */
  @Override
  public void close() {
    boolean complete = reconciling.map(Reconciling::stop).orElse(true);
    Optional<Boolean> flushed =
        use(
            usable -> {
              usable.flush();
              return true;
            });
    index.getAndSet(Optional.empty()).ifPresent(ChunkIndex::close);
    if (flushed.isEmpty() || !complete) {
      return;
    }
    try {
      writeState(scope);
    } catch (BackupException notWritten) {
      LOG.info("The index will be reconciled at the next opening: {}", notWritten.getMessage());
    }
  }
}
