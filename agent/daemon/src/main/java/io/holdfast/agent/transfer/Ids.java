package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.UUID;

/** Ids as they come over the wire. */
public final class Ids {
  private Ids() {}

  /** INVALID_VALUE for what is not a UUID in its usual form. */
  public static UUID parse(String field, String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException unreadable) {
      throw invalid(field, text);
    }
    throw invalid(field, text);
  }

  private static BackupException invalid(String field, String text) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", text, "expected", "a UUID");
  }
}
