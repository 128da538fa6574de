package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.key.KeySlotFacts;
import io.holdfast.pool.key.KeySlots;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.key.SecretKind;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The keys of an open pool (OPT-17, POOL-10). What changes them needs a pool open for writing, with
 * a key (POOL_KEY_NEEDED), and one that is encrypted (POOL_NOT_ENCRYPTED). Packs are never touched.
 * Each change is durable when its call returns; after a crash in between the old secret, the new
 * one or both open the pool. Thread-safe.
 */
public final class PoolKeyring {
  private final PoolScope scope;
  private final Clock clock;
  private final Optional<WriterLease> lease;

  PoolKeyring(PoolScope scope, Clock clock, Optional<WriterLease> lease) {
    this.scope = scope;
    this.clock = clock;
    this.lease = lease;
  }

  /** Whether chunks can be neither read nor written for want of the key. */
  public boolean isLocked() {
    return scope.isLocked();
  }

  /**
   * Unlocks an encrypted pool that was opened without its key, or checks the secret of one that was
   * opened with it. Does nothing to a pool that is not encrypted.
   *
   * @param secret stays the caller's to close
   * @throws BackupException POOL_KEY_WRONG; what was unlocked before stays so
   */
  public void unlock(PoolSecret secret) {
    if (scope.encrypted()) {
      scope.ring().accept(slots().open(secret));
    }
  }

  /** The ways into the pool; none into one that is not encrypted. No key is needed to ask. */
  public List<KeySlotFacts> list() {
    return scope.encrypted() ? slots().list() : List.of();
  }

  /**
   * Makes a passphrase or key file the only one of its kind that opens the pool.
   *
   * @param secret stays the caller's to close
   * @throws BackupException PASSPHRASE_TOO_SHORT
   */
  public synchronized void replace(PoolSecret secret) {
    PoolKeys keys = openKeys();
    slots().replace(keys, secret);
  }

  /**
   * Makes a new recovery key; the old one opens the pool no more.
   *
   * @return the new one, stored nowhere: to be shown once
   */
  public synchronized String replaceRecoveryKey() {
    PoolKeys keys = openKeys();
    return slots().replaceRecoveryKey(keys);
  }

  /**
   * Removes the secrets of a kind. Does nothing when there is none.
   *
   * @throws BackupException POOL_LAST_KEY when none of another kind would be left
   */
  public synchronized void remove(SecretKind kind) {
    openKeys();
    slots().remove(kind);
  }

  private KeySlots slots() {
    return new KeySlots(scope, clock);
  }

  private PoolKeys openKeys() {
    lease.orElseThrow(() -> new IllegalStateException("the pool is open for reading only")).check();
    return scope
        .requireKeys()
        .orElseThrow(
            () -> BackupException.of(ErrorCode.POOL_NOT_ENCRYPTED, "folder", scope.tree().root()));
  }
}
