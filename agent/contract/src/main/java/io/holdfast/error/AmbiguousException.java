package io.holdfast.error;

import java.util.Map;

/**
 * An error that may have happened; repeat only with the same operation id. Made by {@link
 * BackupException#of}.
 */
public final class AmbiguousException extends BackupException {
  private static final long serialVersionUID = 1L;

  AmbiguousException(ErrorCode code, Map<String, String> parameters, Throwable cause) {
    super(code, parameters, cause);
  }
}
