package io.holdfast.error;

import java.util.Map;

/** An error that may succeed when repeated later. Made by {@link BackupException#of}. */
public final class TransientException extends BackupException {
  private static final long serialVersionUID = 1L;

  TransientException(ErrorCode code, Map<String, String> parameters, Throwable cause) {
    super(code, parameters, cause);
  }
}
