package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * What opens an encrypted pool (OPT-17). In memory only; stored sealed, never logged, never
 * answered.
 *
 * @param kind of the secret
 * @param value passphrase, absolute path of the key file on the pool's agent, or recovery key
 */
public record PoolKey(PoolKeyKind kind, String value) {
  static final int MIN_PASSPHRASE = 12;
  private static final int MAX_LENGTH = 1024;

  /** FIELD_MISSING, VALUE_OUT_OF_RANGE or INVALID_VALUE; no message holds the secret. */
  void check() {
    String field = kind == PoolKeyKind.KEY_FILE ? "keyFile" : "secret";
    if (value == null || value.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    if (value.length() > MAX_LENGTH) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          field,
          "value",
          value.length(),
          "min",
          1,
          "max",
          MAX_LENGTH);
    }
    if (kind == PoolKeyKind.KEY_FILE && !value.startsWith("/")) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", field, "value", "***", "expected", "/absolute/path");
    }
  }

  /** As {@link #check}, for one that is to be set: PASSPHRASE_TOO_SHORT, no recovery key. */
  void checkNew() {
    check();
    if (kind == PoolKeyKind.RECOVERY_KEY) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "kind",
          "value",
          kind,
          "expected",
          PoolKeyKind.PASSPHRASE + ", " + PoolKeyKind.KEY_FILE);
    }
    int length = value.codePointCount(0, value.length());
    if (kind == PoolKeyKind.PASSPHRASE && length < MIN_PASSPHRASE) {
      throw BackupException.of(
          ErrorCode.PASSPHRASE_TOO_SHORT, "length", length, "min", MIN_PASSPHRASE);
    }
  }

  /** For one call to an agent. */
  PoolSecret toProtocol() {
    PoolSecret.Builder secret = PoolSecret.newBuilder();
    return switch (kind) {
      case PASSPHRASE -> secret.setPassphrase(value).build();
      case KEY_FILE -> secret.setKeyFile(value).build();
      case RECOVERY_KEY -> secret.setRecoveryKey(value).build();
    };
  }

  @Override
  public String toString() {
    return "PoolKey[" + kind + "]";
  }
}
