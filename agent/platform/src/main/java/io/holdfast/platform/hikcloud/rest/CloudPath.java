package io.holdfast.platform.hikcloud.rest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Path and query below {@code /api/compute/v1}. What is sent is percent-encoded (RFC 3986), what is
 * signed is not; both have the query sorted by name. Immutable.
 */
public final class CloudPath {
  private static final String PREFIX = "/api/compute/v1";

  private final String encoded;
  private final String plain;
  private final Map<String, String> query;

  private CloudPath(String encoded, String plain, Map<String, String> query) {
    this.encoded = encoded;
    this.plain = plain;
    this.query = query;
  }

  /** A path of segments, each encoded by itself. */
  public static CloudPath of(String... segments) {
    return new CloudPath(
        Stream.of(segments)
            .map(CloudPath::encodedSegment)
            .collect(Collectors.joining("/", "/", "")),
        "/" + String.join("/", segments),
        Map.of());
  }

  /** Adds a query parameter. */
  public CloudPath with(String name, Object value) {
    Map<String, String> more = new TreeMap<>(query);
    more.put(name, String.valueOf(value));
    return new CloudPath(encoded, plain, more);
  }

  /** Path and query as they are sent. */
  String target() {
    return PREFIX + encoded + joined(CloudPath::encoded);
  }

  /** Path and query as they are signed. */
  String signed() {
    return PREFIX + plain + joined(UnaryOperator.identity());
  }

  private String joined(UnaryOperator<String> each) {
    return query.isEmpty()
        ? ""
        : new TreeMap<>(query)
            .entrySet().stream()
                .map(pair -> each.apply(pair.getKey()) + "=" + each.apply(pair.getValue()))
                .collect(Collectors.joining("&", "?", ""));
  }

  private static String encodedSegment(String segment) {
    return segment.equals(".") || segment.equals("..")
        ? segment.replace(".", "%2E")
        : encoded(segment);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** As messages and logs name it. */
  @Override
  public String toString() {
    return encoded + joined(CloudPath::encoded);
  }
}
