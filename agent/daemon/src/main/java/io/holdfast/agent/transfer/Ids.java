package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Optional;
import java.util.UUID;

/** Ids as they come over the wire. */
public final class Ids {
  private Ids() {}

  /** INVALID_VALUE for what is not a UUID in its usual form. */
  public static UUID parse(String field, String text) {
    return find(text).orElseThrow(() -> invalid(field, text));
  }

  /** The id, if it is a UUID in its usual form. */
  static Optional<UUID> find(String text) {
    try {
      return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private static BackupException invalid(String field, String text) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", text, "expected", "a UUID");
  }
}
