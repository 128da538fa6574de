package io.holdfast.pool.index;

import io.holdfast.error.BackupException;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.KeyTable.TableException;
import io.holdfast.pool.pack.PackReader;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters the packs that an index lacks, from their directories: few on the caller's thread, many on
 * one of its own. Memory: one folder's names and one directory. What is entered stays entered, so
 * it may be stopped at any time.
 */
final class Reconciling {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciling.class);

  /** So many directories are read before anybody else gets the pool. */
  private static final int AT_ONCE = 1_000;

  private static final int ASKED_AT_ONCE = 1_000;

  private final PoolScope scope;
  private final ChunkIndex index;
  private Optional<Thread> thread = Optional.empty();
  private volatile boolean stopped;
  private volatile boolean complete;
  private long entered;

  Reconciling(PoolScope scope, ChunkIndex index) {
    this.scope = scope;
    this.index = index;
  }

  /** Begins; has ended already when there was little to do. */
  void start() throws TableException {
    List<String> shards = scope.files().list(scope.tree().packs());
    int next = 0;
    while (next < shards.size() && entered < AT_ONCE) {
      enterShard(shards.get(next));
      next++;
    }
    if (next == shards.size()) {
      complete = true;
      return;
    }
    List<String> rest = shards.subList(next, shards.size());
    Thread background = new Thread(() -> run(rest), "holdfast-index-" + scope.poolId());
    background.setDaemon(true);
    thread = Optional.of(background);
    background.start();
  }

  private void run(List<String> shards) {
    try {
      for (String shard : shards) {
        if (stopped) {
          return;
        }
        enterShard(shard);
      }
      complete = true;
      LOG.info("The index of the pool in {} is complete, {} packs", scope.tree().root(), entered);
    } catch (TableException | BackupException failed) {
      LOG.warn("The index could not be completed: {}", failed.toString());
    }
  }

  private void enterShard(String shard) throws TableException {
    List<UUID> packs =
        scope.files().list(scope.tree().packs().resolve(shard)).stream()
            .map(PoolTree::packId)
            .flatMap(Optional::stream)
            .toList();
    for (int from = 0; from < packs.size() && !stopped; from += ASKED_AT_ONCE) {
      List<UUID> part = packs.subList(from, Math.min(packs.size(), from + ASKED_AT_ONCE));
      for (UUID missing : index.missing(part)) {
        if (!stopped) {
          enterPack(missing);
        }
      }
    }
  }

  private void enterPack(UUID packId) throws TableException {
    try (PackReader pack = PackReader.open(scope, packId)) {
      index.enter(packId, pack.directory());
      entered++;
    } catch (BackupException unreadable) {
      LOG.warn("A pack is not in the index: {}", unreadable.getMessage());
    }
  }

  boolean isComplete() {
    return complete;
  }

  /** Waits for the end. */
  void await() {
    thread.ifPresent(
        background -> {
          try {
            background.join();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Ends it; whether it had come to its end. */
  boolean stop() {
    stopped = true;
    await();
    return complete;
  }
}
