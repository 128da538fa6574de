package io.holdfast.platform.h3ccas.rest;

import java.nio.charset.StandardCharsets;

/**
 * Path and query below {@code /cas/casrs}, with every part percent-encoded (RFC 3986). Names come
 * from users and may hold quotes, blanks, Chinese or {@code ../}: each stays one segment or one
 * query value. Immutable.
 */
public final class CasPath {
  private static final String UNRESERVED = "-._~";

  private final String encoded;
  private final boolean hasQuery;

  private CasPath(String encoded, boolean hasQuery) {
    this.encoded = encoded;
    this.hasQuery = hasQuery;
  }

  /** A path of segments, each encoded by itself: {@code of("vm", "snapshot", vmId, name)}. */
  public static CasPath of(Object... segments) {
    StringBuilder path = new StringBuilder();
    for (Object segment : segments) {
      path.append('/').append(encodedSegment(String.valueOf(segment)));
    }
    return new CasPath(path.toString(), false);
  }

  /** The same path ending in a slash, as {@code /host/} wants it. */
  public CasPath slash() {
    return new CasPath(encoded + "/", hasQuery);
  }

  /** Adds a query parameter. */
  public CasPath with(String name, Object value) {
    String pair = encoded(name) + "=" + encoded(String.valueOf(value));
    return new CasPath(encoded + (hasQuery ? "&" : "?") + pair, true);
  }

  private static String encodedSegment(String segment) {
    if (segment.equals(".") || segment.equals("..")) {
      return segment.replace(".", "%2E");
    }
    return encoded(segment);
  }

  private static String encoded(String text) {
    StringBuilder result = new StringBuilder(text.length() + 16);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (each & 0xff);
      boolean plain =
          (character >= 'a' && character <= 'z')
              || (character >= 'A' && character <= 'Z')
              || (character >= '0' && character <= '9')
              || UNRESERVED.indexOf(character) >= 0;
      if (plain) {
        result.append(character);
      } else {
        result.append('%');
        result.append(Character.toUpperCase(Character.forDigit(character >> 4, 16)));
        result.append(Character.toUpperCase(Character.forDigit(character & 15, 16)));
      }
    }
    return result.toString();
  }

  /** Path and query, ready for a request line. */
  @Override
  public String toString() {
    return encoded;
  }
}
