package io.holdfast.error;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The one exception of the product: a code and what the message names. {@link #getMessage()} is the
 * English text; {@link #message(Locale)} gives the reader's language. Three subclasses exist
 * because JSR-352 decides by class.
 *
 * <p>Parameters must never hold a secret: they go to logs, REST and console.
 */
public class BackupException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, String> parameters;

  protected BackupException(ErrorCode code, Map<String, String> parameters, Throwable cause) {
    super(code.name() + ": " + Messages.text(code.name(), parameters, Locale.ENGLISH), cause);
    this.code = code;
    this.parameters = Map.copyOf(parameters);
  }

  /** Makes the exception of the class the code's kind asks for. */
  public static BackupException of(
      ErrorCode code, Map<String, String> parameters, Throwable cause) {
    return switch (code.kind()) {
      case TRANSIENT -> new TransientException(code, parameters, cause);
      case AMBIGUOUS -> new AmbiguousException(code, parameters, cause);
      case CORRUPT -> new CorruptionException(code, parameters, cause);
      default -> new BackupException(code, parameters, cause);
    };
  }

  /**
   * Makes the exception from parameter names and values in turn.
   *
   * @param namesAndValues {@code "vm", name, "host", address…}; values by {@link
   *     String#valueOf(Object)}
   */
  public static BackupException of(ErrorCode code, Object... namesAndValues) {
    return of(code, parameters(namesAndValues), null);
  }

  /** As {@link #of(ErrorCode, Object...)}, with the cause. */
  public static BackupException causedBy(
      Throwable cause, ErrorCode code, Object... namesAndValues) {
    return of(code, parameters(namesAndValues), cause);
  }

  /** Parameter names and values in turn, as a map in that order. */
  public static Map<String, String> parameters(Object... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      result.put((String) namesAndValues[i], String.valueOf(namesAndValues[i + 1]));
    }
    return result;
  }

  /**
   * What is serialised: without cause and suppressed, which may hold what cannot be. The batch
   * engine keeps the exceptions of its steps.
   */
  protected final Object writeReplace() {
    BackupException bare = of(code, parameters(), null);
    bare.setStackTrace(getStackTrace());
    return bare;
  }

  public ErrorCode code() {
    return code;
  }

  public ErrorKind kind() {
    return code.kind();
  }

  /** What the message names; never a secret. */
  public Map<String, String> parameters() {
    return parameters == null ? Map.of() : parameters;
  }

  /** The message in the reader's language. */
  public String message(Locale locale) {
    return Messages.text(code.name(), parameters(), locale);
  }
}
