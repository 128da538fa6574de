package io.holdfast.error;

import java.util.Map;

/**
 * An error that says stored data is damaged; never retried, never skipped. Made by {@link
 * BackupException#of}.
 */
public final class CorruptionException extends BackupException {
  private static final long serialVersionUID = 1L;

  CorruptionException(ErrorCode code, Map<String, String> parameters, Throwable cause) {
    super(code, parameters, cause);
  }
}
