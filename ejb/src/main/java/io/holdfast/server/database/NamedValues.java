package io.holdfast.server.database;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names and values as one text column: a line {@code name=value} each, with backslash escapes. New
 * names appear without a migration; a reader takes what it knows.
 */
public final class NamedValues {
  private NamedValues() {}

  /** The text of names and values, in their order. */
  public static String write(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach(
        (name, value) -> text.append(escape(name)).append('=').append(escape(value)).append('\n'));
    return text.toString();
  }

  /** Names and values of a text; an empty or absent text has none. */
  public static Map<String, String> read(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    if (text == null) {
      return values;
    }
    for (String line : text.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(unescape(line.substring(0, equals)), unescape(line.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String escape(String plain) {
    StringBuilder escaped = new StringBuilder(plain.length() + 8);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '\\' -> escaped.append("\\\\");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '=' -> escaped.append("\\e");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String unescape(String escaped) {
    StringBuilder plain = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\' || i + 1 == escaped.length()) {
        plain.append(c);
        continue;
      }
      i++;
      switch (escaped.charAt(i)) {
        case 'n' -> plain.append('\n');
        case 'r' -> plain.append('\r');
        case 'e' -> plain.append('=');
        default -> plain.append(escaped.charAt(i));
      }
    }
    return plain.toString();
  }
}
