package io.holdfast.web.rest;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.security.Caller;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/** What a request must have; each miss names the field. */
public final class Required {
  private Required() {}

  /** FIELD_MISSING when there is no body. */
  public static <T> T body(T body) {
    return value("body", body);
  }

  /** FIELD_MISSING when null. */
  public static <T> T value(String field, T value) {
    if (value == null) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    return value;
  }

  /** FIELD_MISSING when null or blank. */
  public static String text(String field, String value) {
    if (value == null || value.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    return value;
  }

  /** FIELD_MISSING or INVALID_VALUE when it is no UUID. */
  public static UUID id(String field, String value) {
    try {
      return UUID.fromString(text(field, value));
    } catch (IllegalArgumentException wrong) {
      throw invalid(field, value, "UUID");
    }
  }

  /** INVALID_VALUE naming the constants when it is none of them; {@code preset} when null. */
  public static <E extends Enum<E>> E choice(String field, String value, Class<E> type, E preset) {
    if (value == null || value.isBlank()) {
      return preset;
    }
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value.strip().toUpperCase(Locale.ROOT))) {
        return constant;
      }
    }
    throw invalid(field, value, Arrays.toString(type.getEnumConstants()));
  }

  /** FORBIDDEN (which becomes 401) when nobody is logged in. */
  public static Caller login(Caller caller) {
    if (caller.userId().isEmpty()) {
      throw BackupException.of(ErrorCode.FORBIDDEN, "user", caller.name(), "action", "login");
    }
    return caller;
  }

  private static BackupException invalid(String field, String value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
  }
}
