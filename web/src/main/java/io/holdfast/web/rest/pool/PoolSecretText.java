package io.holdfast.web.rest.pool;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.pool.PoolKey;
import io.holdfast.server.pool.PoolKeyKind;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A secret of an encrypted pool as a request brings it: exactly one of the three (OPT-17). Never
 * part of an answer.
 *
 * @param keyFile absolute path on the pool's agent
 */
public record PoolSecretText(String passphrase, String keyFile, String recoveryKey) {

  /** FIELD_MISSING for none, INVALID_VALUE for more than one. */
  PoolKey key() {
    long given = Stream.of(passphrase, keyFile, recoveryKey).filter(Objects::nonNull).count();
    if (given == 0) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "secret");
    }
    if (given > 1) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "secret",
          "value",
          "***",
          "expected",
          "passphrase | keyFile | recoveryKey");
    }
    if (passphrase != null) {
      return new PoolKey(PoolKeyKind.PASSPHRASE, passphrase);
    }
    return keyFile != null
        ? new PoolKey(PoolKeyKind.KEY_FILE, keyFile)
        : new PoolKey(PoolKeyKind.RECOVERY_KEY, recoveryKey);
  }

  @Override
  public String toString() {
    return "PoolSecretText[***]";
  }
}
