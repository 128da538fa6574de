package io.holdfast.agent.transfer;

import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** How pool folders are made and opened for writing. Thread-safe. */
public interface PoolMedium {

  /**
   * Opens a pool and takes its writer lease; one that is encrypted stays locked.
   *
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE
   */
  Pool open(Path folder, UUID poolId);

  /**
   * Makes a pool in an empty or missing folder and opens it; one that is there with the same id and
   * settings is opened.
   *
   * @param secret the first way into an encrypted pool; stays the caller's to close
   * @throws io.holdfast.error.BackupException POOL_EXISTS, POOL_FOLDER_NOT_EMPTY; of an encrypted
   *     pool also POOL_KEY_NEEDED, POOL_KEY_WRONG, PASSPHRASE_TOO_SHORT
   */
  FolderPool.Created create(Path folder, PoolSettings settings, Optional<PoolSecret> secret);
}
