package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The pools open in this process, each once, for as long as somebody uses it: a pool nobody uses
 * holds no lease, so that it can be unmounted or moved. Thread-safe.
 */
public final class OpenPools implements PoolReach {
  private final PoolMedium medium;
  private final AbandonedSessions abandoned;
  private final Map<Path, Shared> open = new HashMap<>();

  /**
   * @param abandoned is settled with every pool that is opened
   */
  public OpenPools(PoolMedium medium, AbandonedSessions abandoned) {
    this.medium = medium;
    this.abandoned = abandoned;
  }

  /**
   * Abandons a session as soon as its pool is there; durable when this returns.
   *
   * @throws BackupException INVALID_VALUE, IO_FAILURE
   */
  @Override
  public void abandonLater(PoolAccess access, String sessionId) {
    abandoned.remember(
        Ids.parse("pool_id", access.getPoolId()), Ids.parse("session_id", sessionId));
  }

  /**
   * Opens a pool, or joins those who have it open.
   *
   * @throws BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE, INVALID_VALUE
   */
  public Use use(PoolAccess access) {
    UUID poolId = Ids.parse("pool_id", access.getPoolId());
    Path folder = folder(access);
    return use(folder, poolId, () -> medium.open(folder, poolId));
  }

  @Override
  public Use use(PoolAccess access, StorageLinkOptions options) {
    return use(access);
  }

  /** Makes a pool and uses it; idempotent for the same id and settings. */
  public Use create(PoolAccess access, String name, int chunkBytes, PoolKind kind) {
    UUID poolId = Ids.parse("pool_id", access.getPoolId());
    Path folder = folder(access);
    int size = chunkBytes == 0 ? PoolSettings.DEFAULT_CHUNK_BYTES : chunkBytes;
    return use(
        folder, poolId, () -> medium.create(folder, new PoolSettings(poolId, name, size, kind)));
  }

  private synchronized Use use(Path folder, UUID poolId, Supplier<Pool> opening) {
    Shared shared = open.get(folder);
    if (shared == null) {
      shared = new Shared(folder, opening.get());
      open.put(folder, shared);
    }
    UUID actual = shared.pool.settings().poolId();
    if (!actual.equals(poolId)) {
      throw BackupException.of(
          ErrorCode.POOL_ID_MISMATCH, "folder", folder, "actual", actual, "expected", poolId);
    }
    if (shared.users++ == 0) {
      abandoned.settle(shared.pool);
    }
    return new Use(shared);
  }

  private synchronized void release(Shared shared) {
    shared.users--;
    if (shared.users == 0) {
      open.remove(shared.folder);
      shared.pool.close();
    }
  }

  private static Path folder(PoolAccess access) {
    try {
      Path folder = Path.of(access.getFolder());
      if (folder.isAbsolute() && !access.getFolder().isEmpty()) {
        return folder.normalize();
      }
    } catch (InvalidPathException unreadable) {
      throw invalidFolder(access);
    }
    throw invalidFolder(access);
  }

  private static BackupException invalidFolder(PoolAccess access) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE,
        "field",
        "folder",
        "value",
        access.getFolder(),
        "expected",
        "an absolute path");
  }

  private static final class Shared {
    private final Path folder;
    private final Pool pool;
    private int users;

    private Shared(Path folder, Pool pool) {
      this.folder = folder;
      this.pool = pool;
    }
  }

  /** One use of an open pool; closing it is idempotent and closes the pool after the last use. */
  public final class Use implements PoolUse {
    private final Shared shared;
    private boolean closed;

    private Use(Shared shared) {
      this.shared = shared;
    }

    @Override
    public Pool pool() {
      return shared.pool;
    }

    /** Where the pool lies. */
    public Path folder() {
      return shared.folder;
    }

    @Override
    public void close() {
      synchronized (OpenPools.this) {
        if (!closed) {
          closed = true;
          release(shared);
        }
      }
    }
  }
}
