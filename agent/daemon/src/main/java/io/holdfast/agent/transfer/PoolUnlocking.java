package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.PoolKeyState;
import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.Pool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Every call that uses an encrypted pool proves that its secret opens it, whoever unlocked the pool
 * before. A passphrase that was right is known again by a salted digest, so that its costly
 * derivation is done once per opening and not per call. Thread-safe.
 */
final class PoolUnlocking {
  private static final int SALT_BYTES = 32;

  private final Path folder;
  private final Pool pool;
  private final byte[] salt = new byte[SALT_BYTES];
  private Optional<byte[]> rightPassphrase = Optional.empty();

  PoolUnlocking(Path folder, Pool pool) {
    this.folder = folder;
    this.pool = pool;
    new SecureRandom().nextBytes(salt);
  }

  /**
   * Unlocks the pool, if it is encrypted.
   *
   * @throws BackupException POOL_KEY_NEEDED, POOL_KEY_WRONG, what {@link GivenSecret} says
   */
  synchronized void unlock(PoolSecret given) {
    if (!pool.settings().encrypted() || isKnown(given)) {
      return;
    }
    Optional<io.holdfast.pool.key.PoolSecret> secret = GivenSecret.of(given);
    if (secret.isEmpty()) {
      throw BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", folder);
    }
    try (io.holdfast.pool.key.PoolSecret opening = secret.get()) {
      pool.keyring().unlock(opening);
    }
    if (given.hasPassphrase()) {
      rightPassphrase = Optional.of(digest(given.getPassphrase()));
    }
  }

  /** As {@link #unlock}, with the outcome told instead of thrown. */
  PoolKeyState tryUnlock(PoolSecret given) {
    if (!pool.settings().encrypted()) {
      return PoolKeyState.POOL_KEY_NOT_ENCRYPTED;
    }
    try {
      unlock(given);
      return PoolKeyState.POOL_KEY_OPENS;
    } catch (BackupException locked) {
      return switch (locked.code()) {
        case POOL_KEY_NEEDED -> PoolKeyState.POOL_KEY_MISSING;
        case POOL_KEY_WRONG, INVALID_VALUE -> PoolKeyState.POOL_KEY_REFUSED;
        case IO_FAILURE, VALUE_OUT_OF_RANGE -> PoolKeyState.POOL_KEY_UNREADABLE;
        default -> throw locked;
      };
    }
  }

  synchronized void forget() {
    rightPassphrase = Optional.empty();
  }

  private boolean isKnown(PoolSecret given) {
    return given.hasPassphrase()
        && rightPassphrase.isPresent()
        && MessageDigest.isEqual(rightPassphrase.get(), digest(given.getPassphrase()));
  }

  private byte[] digest(String passphrase) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(salt);
      return sha.digest(passphrase.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
