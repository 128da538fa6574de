package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.pool.cipher.KeyRing;
import io.holdfast.pool.document.PoolDescriptor;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.gc.Condemnations;
import io.holdfast.pool.index.PoolIndex;
import io.holdfast.pool.key.KeySlots;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.medium.PoolFiles;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackCache;
import io.holdfast.pool.pack.PackDirectories;
import io.holdfast.pool.retention.Pruning;
import io.holdfast.pool.verify.DamagedRecords;
import io.holdfast.pool.verify.PoolVerification;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A pool in a folder (POOL-01). */
public final class FolderPool implements Pool {
  private static final int OPEN_PACKS = 64;
  private final PoolScope scope;
  private final PoolSettings settings;
  private final Optional<WriterLease> lease;
  private final Clock clock;
  private final PackCache packs;
  private final ChunkReader chunkReader;
  private final MovedPacks moved;
  private final OpenReaders readers = new OpenReaders();
  private final FolderUpkeep upkeep = new FolderUpkeep(this);
  private final Optional<Condemnations> condemnations;
  private final Optional<KnownChunks> known;
  private final FolderSessions sessions = new FolderSessions(this);
  private final PoolKeyring keyring;

  private FolderPool(
      PoolScope scope, PoolDescriptor descriptor, Optional<WriterLease> lease, Clock clock) {
    this.scope = scope;
    PoolKind kind = PoolDescriptors.kind(descriptor);
    this.settings =
        new PoolSettings(
            scope.poolId(),
            descriptor.getName(),
            descriptor.getChunkBytes(),
            kind,
            descriptor.getEncrypted());
    this.lease = lease;
    this.clock = clock;
    this.keyring = new PoolKeyring(scope, clock, lease);
    this.packs = new PackCache(scope, OPEN_PACKS);
    PackDirectories directories = new PackDirectories(scope);
    this.condemnations = lease.map(held -> Condemnations.read(scope));
    this.known =
        condemnations
            .filter(writing -> kind == PoolKind.DEDUP)
            .map(
                condemned ->
                    new KnownChunks(
                        scope,
                        PoolIndex.open(scope),
                        directories,
                        new KnownChunks.Excluded(condemned, DamagedRecords.read(scope))));
    this.moved = new MovedPacks(scope, directories);
    this.chunkReader =
        new ChunkReader(
            scope, packs, moved, known.map(KnownChunks::otherPlaces).orElse(OtherPlaces.NONE));
  }

  /**
   * Creates a pool in an empty or new folder and opens it for writing. Idempotent: a pool with the
   * same id and chunk size is opened, its name stays.
   *
   * @throws BackupException POOL_FOLDER_NOT_EMPTY, POOL_EXISTS for a pool that is another one,
   *     VALUE_OUT_OF_RANGE for a chunk size, POOL_IN_USE
   */
  public static Pool create(Path folder, PoolSettings settings, Clock clock) {
    return create(new LocalFiles(folder), folder, settings, clock);
  }

  /** As {@link #create(Path, PoolSettings, Clock)}, on files of the caller's choice. */
  public static Pool create(PoolFiles files, Path folder, PoolSettings settings, Clock clock) {
    PoolTree tree = new PoolTree(folder);
    PoolDescriptors.create(files, tree, settings, Optional.empty(), clock);
    return open(files, folder, Optional.of(settings.poolId()), clock);
  }

  /**
   * A pool just created.
   *
   * @param pool open
   * @param recoveryKey opens it when every other key is lost; stored nowhere, to be shown once.
   *     Empty when the pool was there already
   */
  public record Created(Pool pool, Optional<String> recoveryKey) {
    @Override
    public String toString() {
      return "Created[" + pool.settings() + "]";
    }
  }

  /**
   * Creates an encrypted pool (OPT-17), otherwise as {@link #create(Path, PoolSettings, Clock)}.
   *
   * @param secret opens the pool from now on; stays the caller's to close
   * @throws BackupException POOL_KEY_WRONG when the pool is there and has another key,
   *     PASSPHRASE_TOO_SHORT
   */
  public static Created createEncrypted(
      PoolFiles files, Path folder, PoolSettings settings, PoolSecret secret, Clock clock) {
    PoolTree tree = new PoolTree(folder);
    Optional<String> recoveryKey =
        PoolDescriptors.create(files, tree, settings, Optional.of(secret), clock);
    UUID id = settings.poolId();
    return new Created(
        open(files, folder, Optional.of(id), Optional.of(secret), clock), recoveryKey);
  }

  /**
   * Opens a pool for writing and tidies up what a crash left: marked sessions are deleted, sealed
   * ones lose their folder.
   *
   * @throws BackupException POOL_NOT_FOUND; POOL_ID_MISMATCH; POOL_IN_USE naming host, process and
   *     since when
   */
  public static Pool open(Path folder, UUID expectedPoolId, Clock clock) {
    return open(new LocalFiles(folder), folder, Optional.of(expectedPoolId), clock);
  }

  /** As {@link #open(Path, UUID, Clock)}, on files of the caller's choice; empty: any pool. */
  public static Pool open(
      PoolFiles files, Path folder, Optional<UUID> expectedPoolId, Clock clock) {
    return open(files, folder, expectedPoolId, Optional.empty(), clock);
  }

  /**
   * As {@link #open(Path, UUID, Clock)}, with a key. An encrypted pool that is opened without one
   * can be listed, verified down to the checksums of stored bytes, pruned and collected; whatever
   * needs a chunk's plain bytes fails with POOL_KEY_NEEDED.
   *
   * @param secret of an encrypted pool; stays the caller's to close
   * @throws BackupException POOL_KEY_WRONG
   */
  public static Pool open(
      PoolFiles files,
      Path folder,
      Optional<UUID> expectedPoolId,
      Optional<PoolSecret> secret,
      Clock clock) {
    PoolTree tree = new PoolTree(folder);
    PoolDescriptor descriptor = PoolDescriptors.read(files, tree, expectedPoolId);
    PoolScope scope = unlocked(scope(files, tree, descriptor), secret, clock);
    WriterLease lease = WriterLease.take(scope, clock);
    Optional<FolderPool> pool = Optional.empty();
    boolean opened = false;
    try {
      pool = Optional.of(new FolderPool(lease.scope(), descriptor, Optional.of(lease), clock));
      pool.get().tidyUp();
      opened = true;
      return pool.get();
    } finally {
      if (!opened) {
        pool.ifPresentOrElse(FolderPool::close, lease::close);
      }
    }
  }

  private static PoolScope unlocked(PoolScope scope, Optional<PoolSecret> secret, Clock clock) {
    secret.ifPresent(new PoolKeyring(scope, clock, Optional.empty())::unlock);
    return scope;
  }

  /**
   * Opens a pool for reading beside whoever writes it; takes no lease. Sessions cannot be begun.
   *
   * @param expectedPoolId empty: any pool
   * @throws BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH
   */
  public static Pool openReadOnly(Path folder, Optional<UUID> expectedPoolId) {
    return openReadOnly(new LocalFiles(folder), folder, expectedPoolId);
  }

  /** As {@link #openReadOnly(Path, Optional)}, on files of the caller's choice. */
  public static Pool openReadOnly(PoolFiles files, Path folder, Optional<UUID> expectedPoolId) {
    return openReadOnly(files, folder, expectedPoolId, Optional.empty());
  }

  /** As {@link #openReadOnly(Path, Optional)}, with the key of an encrypted pool. */
  public static Pool openReadOnly(
      PoolFiles files, Path folder, Optional<UUID> expectedPoolId, Optional<PoolSecret> secret) {
    PoolTree tree = new PoolTree(folder);
    Clock clock = Clock.systemUTC();
    PoolDescriptor descriptor = PoolDescriptors.read(files, tree, expectedPoolId);
    PoolScope scope = unlocked(scope(files, tree, descriptor), secret, clock);
    FolderPool pool = new FolderPool(scope, descriptor, Optional.empty(), clock);
    pool.readers.share(scope);
    return pool;
  }

  static PoolScope scope(PoolFiles files, PoolTree tree, PoolDescriptor descriptor) {
    UUID poolId = UUID.fromString(descriptor.getPoolId());
    return new PoolScope(
        files,
        tree,
        poolId,
        descriptor.getChunkBytes(),
        0,
        descriptor.getEncrypted(),
        new KeyRing());
  }

  private void tidyUp() {
    SessionTidying tidying = new SessionTidying(scope);
    tidying.run();
    new Pruning(scope).finishAll();
    for (UUID session : sessions()) {
      known.ifPresent(chunks -> tidying.sealOf(session).ifPresent(chunks::placing));
    }
  }

  PoolScope scope() {
    return scope;
  }

  Clock clock() {
    return clock;
  }

  ChunkReader chunkReader() {
    return chunkReader;
  }

  void checkLease() {
    requireLease().check();
  }

  private WriterLease requireLease() {
    return lease.orElseThrow(() -> new IllegalStateException("the pool is open for reading only"));
  }

  @Override
  public PoolSettings settings() {
    return settings;
  }

  @Override
  public PoolUsage usage() {
    return new PoolUsage(
        FileKind.DESCRIPTOR.currentVersion(),
        scope.files().capacityBytes(scope.tree().root()),
        scope.files().freeBytes(scope.tree().root()),
        FolderSizes.storedBytes(scope),
        ManifestFile.list(scope).size(),
        sessions().size());
  }

  @Override
  public BackupSession beginSession(SessionSpec spec) {
    scope.requireKeys();
    return sessions.begin(spec);
  }

  @Override
  public BackupSession beginSessionOfRecords(SessionSpec spec) {
    return sessions.begin(spec);
  }

  @Override
  public List<ByteString> wrappedKeys() {
    return scope.encrypted() ? new KeySlots(scope, clock).wrapped() : List.of();
  }

  @Override
  public Optional<BackupSession> reopenSession(UUID sessionId) {
    requireLease();
    return sessions.reopen(sessionId);
  }

  @Override
  public Optional<BackupSession> retireSession(UUID sessionId) {
    return sessions.retire(sessionId);
  }

  @Override
  public void abandonSession(UUID sessionId) {
    checkLease();
    sessions.abandon(sessionId);
  }

  /** What garbage collection has condemned; only of a pool open for writing. */
  Condemnations condemnations() {
    return condemnations.orElseThrow(
        () -> new IllegalStateException("the pool is open for reading only"));
  }

  /** What a dedup pool that is open for writing holds. */
  Optional<KnownChunks> known() {
    return known;
  }

  /** The generation of garbage collection that sessions begin in; 0 when there is none. */
  long generation() {
    return condemnations.map(Condemnations::generation).orElse(0L);
  }

  void forget(UUID sessionId) {
    sessions.forget(sessionId);
  }

  @Override
  public List<UUID> sessions() {
    return sessions.unsealed();
  }

  @Override
  public List<ManifestSummary> manifests() {
    return ManifestSummaries.all(scope);
  }

  @Override
  public PoolListing listing() {
    return ManifestSummaries.listing(scope);
  }

  @Override
  public Optional<ManifestSummary> manifest(UUID restorePointId) {
    return ManifestFile.exists(scope, restorePointId)
        ? Optional.of(ManifestSummaries.of(ManifestFile.read(scope, restorePointId)))
        : Optional.empty();
  }

  @Override
  public RestorePointReader restorePoint(UUID restorePointId) {
    return readers.open(
        restorePointId,
        generation(),
        () -> FolderRestorePoint.open(scope, restorePointId, chunkReader));
  }

  @Override
  public PoolUpkeep upkeep() {
    return upkeep;
  }

  /** No session begins while it is held. */
  Object sessionLock() {
    return sessions;
  }

  OpenReaders readers() {
    return readers;
  }

  MovedPacks moved() {
    return moved;
  }

  PackCache packs() {
    return packs;
  }

  @Override
  public PoolKeyring keyring() {
    return keyring;
  }

  @Override
  public Optional<IndexFacts> index() {
    return known.map(KnownChunks::indexFacts);
  }

  @Override
  public VerifyReport verify(VerifyListener listener) {
    return new PoolVerification(scope, listener).run();
  }

  @Override
  public void close() {
    sessions.close();
    packs.close();
    readers.close();
    known.ifPresent(KnownChunks::close);
    lease.ifPresent(WriterLease::close);
    scope.ring().close();
  }
}
