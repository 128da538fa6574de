package io.holdfast.platform.h3ccas.rest;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code WWW-Authenticate: Digest} challenge (RFC 7616).
 *
 * @param realm as given
 * @param nonce as given
 * @param opaque as given; empty: none
 * @param algorithm a {@link java.security.MessageDigest} name: MD5 or SHA-256
 * @param qopAuth whether qop=auth is offered; without it RFC 2069's form is used
 * @param stale the answer before was right and its nonce too old (RFC 7616 3.3): to be answered
 *     anew, no refusal
 */
record DigestChallenge(
    String realm, String nonce, String opaque, String algorithm, boolean qopAuth, boolean stale) {
  private static final Pattern PARAMETER =
      Pattern.compile("([a-zA-Z]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))");
  private static final String SCHEME = "digest ";

  /** The first challenge that can be answered. */
  static Optional<DigestChallenge> firstOf(List<String> headers) {
    return headers.stream().map(DigestChallenge::parse).flatMap(Optional::stream).findFirst();
  }

  private static Optional<DigestChallenge> parse(String header) {
    int start = header.toLowerCase(Locale.ROOT).indexOf(SCHEME);
    if (start < 0) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(header.substring(start + SCHEME.length()));
    while (matcher.find()) {
      String value =
          matcher.group(2) != null
              ? matcher.group(2).replaceAll("\\\\(.)", "$1")
              : matcher.group(3);
      values.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    String algorithm = values.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    if (!values.containsKey("nonce") || !List.of("MD5", "SHA-256").contains(algorithm)) {
      return Optional.empty();
    }
    String qop = values.getOrDefault("qop", "");
    boolean auth = List.of(qop.split("[,\\s]+")).contains("auth");
    return Optional.of(
        new DigestChallenge(
            values.getOrDefault("realm", ""),
            values.get("nonce"),
            values.getOrDefault("opaque", ""),
            algorithm,
            auth,
            values.getOrDefault("stale", "").equalsIgnoreCase("true")));
  }
}
