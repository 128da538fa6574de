package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.key.PoolSecret;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** What a call brings to open an encrypted pool with (OPT-17). Neither stored nor logged. */
public final class GivenSecret {
  private GivenSecret() {}

  /**
   * The secret of a call; empty when it brings none. The caller closes it.
   *
   * @throws BackupException IO_FAILURE, VALUE_OUT_OF_RANGE for a key file; INVALID_VALUE for a
   *     mistyped recovery key or a path that is not absolute
   */
  public static Optional<PoolSecret> of(io.holdfast.agent.protocol.PoolSecret given) {
    return switch (given.getWayCase()) {
      case PASSPHRASE -> Optional.of(passphrase(given.getPassphrase()));
      case KEY_FILE -> Optional.of(PoolSecret.keyFile(path(given.getKeyFile())));
      case RECOVERY_KEY -> Optional.of(PoolSecret.recoveryKey(given.getRecoveryKey()));
      case WAY_NOT_SET -> Optional.empty();
    };
  }

  private static PoolSecret passphrase(String text) {
    char[] chars = text.toCharArray();
    try {
      return PoolSecret.passphrase(chars);
    } finally {
      Arrays.fill(chars, '\0');
    }
  }

  private static Path path(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException unreadable) {
      throw invalid();
    }
    throw invalid();
  }

  /** Without the value: a passphrase may have been entered in its place. */
  private static BackupException invalid() {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", "keyFile", "value", "***", "expected", "/absolute/path");
  }
}
