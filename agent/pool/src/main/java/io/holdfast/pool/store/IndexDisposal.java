package io.holdfast.pool.store;

import io.holdfast.pool.document.PoolDescriptor;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.LocalFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Throws the index of a pool away (POOL-02). Nothing is lost: the next opening for writing makes it
 * anew from the packs' directories, also after a crash in between.
 */
public final class IndexDisposal {
  private IndexDisposal() {}

  /**
   * Deletes the index; does nothing when there is none.
   *
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE
   */
  public static void run(Path folder, UUID expectedPoolId, Clock clock) {
    LocalFiles files = new LocalFiles(folder);
    PoolTree tree = new PoolTree(folder);
    PoolDescriptor descriptor = PoolDescriptors.read(files, tree, Optional.of(expectedPoolId));
    try (WriterLease lease = WriterLease.take(FolderPool.scope(files, tree, descriptor), clock)) {
      lease.check();
      files.deleteTree(tree.index());
      files.syncFolder(tree.root());
    }
  }
}
