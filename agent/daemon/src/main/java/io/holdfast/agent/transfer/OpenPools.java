package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolKeyState;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.IndexDisposal;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The pools open in this process, each once, for as long as somebody uses it: a pool nobody uses
 * holds no lease, so that it can be unmounted or moved, and no key. Thread-safe; who opens or
 * closes a pool, which may take long, keeps those waiting that want the same folder and nobody
 * else.
 */
public final class OpenPools implements PoolReach {
  private final PoolMedium medium;
  private final AbandonedSessions abandoned;
  private final Map<Path, Place> places = new HashMap<>();
  private final Map<UUID, PoolQuota.Limit> quotas = new ConcurrentHashMap<>();

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
   * Opens a pool, or joins those who have it open; one that is encrypted with its secret.
   *
   * @throws BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE, INVALID_VALUE,
   *     POOL_KEY_NEEDED, POOL_KEY_WRONG, what {@link GivenSecret} says of a key file
   */
  public Use use(PoolAccess access) {
    Use use = opened(access);
    try {
      use.shared.unlock(access);
      return use;
    } catch (RuntimeException locked) {
      use.close();
      throw locked;
    }
  }

  @Override
  public Use use(PoolAccess access, StorageLinkOptions options) {
    return use(access);
  }

  @Override
  public Use look(PoolAccess access, StorageLinkOptions options) {
    return look(access);
  }

  /**
   * As {@link #use}, for work that needs no chunk's plain bytes: lists, checksums, what is stored,
   * what is given up. A missing or wrong secret is told by {@link Use#key}. With an empty pool id
   * any pool in the folder.
   */
  public Use look(PoolAccess access) {
    return unlocked(opened(access), access);
  }

  private static Use unlocked(Use use, PoolAccess access) {
    try {
      use.key = use.shared.tryUnlock(access);
      return use;
    } catch (RuntimeException failed) {
      use.close();
      throw failed;
    }
  }

  private Use opened(PoolAccess access) {
    Path folder = folder(access);
    UUID poolId =
        access.getPoolId().isEmpty() ? idIn(folder) : Ids.parse("pool_id", access.getPoolId());
    // An access without a name is not the server's own: it says nothing of quotas.
    if (!access.getPoolName().isEmpty()) {
      quotas.put(poolId, PoolQuota.Limit.of(access));
    }
    return use(folder, poolId, () -> medium.open(folder, poolId));
  }

  private static UUID idIn(Path folder) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
      return pool.settings().poolId();
    }
  }

  /**
   * A pool that was made.
   *
   * @param recoveryKey of one that is new and encrypted; to be shown once
   */
  public record Made(Use use, Optional<String> recoveryKey) {
    @Override
    public String toString() {
      return "Made[" + use.folder() + "]";
    }
  }

  /**
   * Makes a pool and uses it; idempotent for the same id and settings.
   *
   * @param wanted for the pool of the access
   * @throws BackupException as {@link PoolMedium#create}; INVALID_VALUE
   */
  public Made create(PoolAccess access, PoolSettings wanted) {
    Path folder = folder(access);
    Optional<io.holdfast.pool.key.PoolSecret> secret = GivenSecret.of(access.getSecret());
    AtomicReference<Optional<String>> recoveryKey = new AtomicReference<>(Optional.empty());
    try {
      Use use =
          use(
              folder,
              wanted.poolId(),
              () -> {
                FolderPool.Created made = medium.create(folder, wanted, secret);
                recoveryKey.set(made.recoveryKey());
                return made.pool();
              });
      return new Made(unlocked(use, access), recoveryKey.get());
    } finally {
      secret.ifPresent(io.holdfast.pool.key.PoolSecret::close);
    }
  }

  /**
   * Throws the index of a dedup pool away; its next opening makes it anew.
   *
   * @throws BackupException POOL_IN_USE while anything uses the pool
   */
  public void discardIndex(PoolAccess access) {
    Place place = entered(folder(access));
    try {
      place.discardIndex(Ids.parse("pool_id", access.getPoolId()));
    } finally {
      left(place);
    }
  }

  private Use use(Path folder, UUID poolId, Supplier<Pool> opening) {
    Place place = entered(folder);
    boolean used = false;
    try {
      Use use = new Use(place, place.use(poolId, opening));
      used = true;
      return use;
    } finally {
      if (!used) {
        left(place);
      }
    }
  }

  private Place entered(Path folder) {
    synchronized (places) {
      Place place = places.computeIfAbsent(folder, Place::new);
      place.visitors++;
      return place;
    }
  }

  private void left(Place place) {
    synchronized (places) {
      place.visitors--;
      if (place.visitors == 0) {
        places.remove(place.folder);
      }
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

  /** A folder that somebody has to do with. Its lock is held while its pool opens or closes. */
  private final class Place {
    private final Path folder;
    // Under the lock of all places, where nothing takes long.
    private int visitors;
    private Optional<Shared> open = Optional.empty();
    private int users;

    private Place(Path folder) {
      this.folder = folder;
    }

    private synchronized Shared use(UUID poolId, Supplier<Pool> opening) {
      if (open.isEmpty()) {
        open = Optional.of(new Shared(folder, opening.get()));
      }
      Shared shared = open.get();
      users++;
      boolean usable = false;
      try {
        UUID actual = shared.pool.settings().poolId();
        if (!actual.equals(poolId)) {
          throw BackupException.of(
              ErrorCode.POOL_ID_MISMATCH, "folder", folder, "actual", actual, "expected", poolId);
        }
        if (users == 1) {
          abandoned.settle(shared.pool);
        }
        usable = true;
        return shared;
      } finally {
        if (!usable) {
          release();
        }
      }
    }

    private synchronized void release() {
      users--;
      if (users == 0) {
        Pool unused = open.orElseThrow().pool;
        open = Optional.empty();
        unused.close();
      }
    }

    private synchronized void discardIndex(UUID poolId) {
      if (open.isPresent()) {
        throw BackupException.of(
            ErrorCode.POOL_IN_USE, "folder", folder, "holder", "holdfast-agent");
      }
      IndexDisposal.run(folder, poolId, Clock.systemUTC());
    }
  }

  private final class Shared {
    private final Path folder;
    private final Pool pool;
    private final PoolQuota quota;
    private final PoolUnlocking unlocking;
    private final TakenSessions sessions;

    private Shared(Path folder, Pool pool) {
      this.folder = folder;
      this.pool = pool;
      UUID id = pool.settings().poolId();
      this.quota =
          new PoolQuota(
              pool, () -> quotas.getOrDefault(id, PoolQuota.Limit.NONE), System::nanoTime);
      this.unlocking = new PoolUnlocking(folder, pool);
      this.sessions = new TakenSessions(pool);
    }

    private void unlock(PoolAccess access) {
      unlocking.unlock(access.getSecret());
    }

    private PoolKeyState tryUnlock(PoolAccess access) {
      return unlocking.tryUnlock(access.getSecret());
    }
  }

  /** One use of an open pool; closing it is idempotent and closes the pool after the last use. */
  public final class Use implements PoolUse {
    private final Place place;
    private final Shared shared;
    private final AtomicBoolean closed = new AtomicBoolean();
    private PoolKeyState key = PoolKeyState.POOL_KEY_OPENS;

    private Use(Place place, Shared shared) {
      this.place = place;
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

    /** What the secret of {@link #look} is worth. */
    public PoolKeyState key() {
      return key;
    }

    /** How much may be stored, shared by all who use the pool. */
    public PoolQuota quota() {
      return shared.quota;
    }

    @Override
    public void requireRoom() {
      shared.quota.require();
    }

    @Override
    public void stored(long bytes) {
      shared.quota.written(bytes);
    }

    @Override
    public void takeUp(UUID sessionId) {
      shared.sessions.takeUp(sessionId, this);
    }

    /** After the keys were changed: what opened the pool before must prove itself again. */
    public void keysChanged() {
      shared.unlocking.forget();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        try {
          shared.sessions.close(this);
        } finally {
          ended();
        }
      }
    }

    private void ended() {
      try {
        place.release();
      } finally {
        left(place);
      }
    }
  }
}
