package io.holdfast.simulator.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Digest (MD5, qop=auth) and cookie logins. Nonces and cookies live a while, then count as stale.
 * Safe for all threads.
 */
public final class Logins {
  /** The realm of the public samples. */
  public static final String REALM = "VMC RESTful Web Services";

  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]*))");

  private final String user;
  private final String password;
  private final boolean allowBasic;
  private final long lifeMillis;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Long> nonces = new ConcurrentHashMap<>();
  private final Map<String, Long> cookies = new ConcurrentHashMap<>();

  public Logins(String user, String password, boolean allowBasic, long lifeSeconds, Clock clock) {
    this.user = user;
    this.password = password;
    this.allowBasic = allowBasic;
    this.lifeMillis = lifeSeconds * 1000;
    this.clock = clock;
  }

  /** How a call's credentials were found. */
  public enum Verdict {
    GOOD,
    NONE,
    STALE,
    WRONG
  }

  /** All sessions are over. */
  public void expireAll() {
    nonces.clear();
    cookies.clear();
  }

  /** Whether this is the account. */
  public boolean isAccount(String name, String word) {
    return user.equals(name)
        && MessageDigest.isEqual(
            password.getBytes(StandardCharsets.UTF_8), word.getBytes(StandardCharsets.UTF_8));
  }

  private String fresh(Map<String, Long> where) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    String value = HexFormat.of().formatHex(bytes);
    long now = clock.millis();
    where.values().removeIf(end -> end < now);
    where.put(value, now + lifeMillis);
    return value;
  }

  private boolean alive(Map<String, Long> where, String value) {
    Long end = value == null ? null : where.get(value);
    return end != null && end >= clock.millis();
  }

  /** The value of WWW-Authenticate. */
  public String challenge(boolean stale) {
    return "Digest realm=\""
        + REALM
        + "\", qop=\"auth\", algorithm=MD5, nonce=\""
        + fresh(nonces)
        + "\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""
        + (stale ? ", stale=true" : "");
  }

  /** A new cookie of a session login. */
  public String newCookie() {
    return fresh(cookies);
  }

  /** Judges a call by its Authorization and Cookie headers (either may be null). */
  public Verdict check(String method, String requestUri, String authorization, String cookie) {
    if (cookie != null) {
      for (String part : cookie.split(";")) {
        if (part.trim().startsWith("JSESSIONID=") && alive(cookies, part.trim().substring(11))) {
          return Verdict.GOOD;
        }
      }
    }
    if (authorization == null) {
      return Verdict.NONE;
    }
    if (allowBasic && authorization.startsWith("Basic ")) {
      String[] pair =
          new String(
                  Base64.getDecoder().decode(authorization.substring(6).trim()),
                  StandardCharsets.UTF_8)
              .split(":", 2);
      return pair.length == 2 && isAccount(pair[0], pair[1]) ? Verdict.GOOD : Verdict.WRONG;
    }
    return authorization.startsWith("Digest ")
        ? digest(method, requestUri, authorization.substring(7))
        : Verdict.NONE;
  }

  private Verdict digest(String method, String requestUri, String header) {
    Map<String, String> values = new java.util.HashMap<>();
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      values.put(matcher.group(1), matcher.group(2) != null ? matcher.group(2) : matcher.group(3));
    }
    String uri = values.getOrDefault("uri", "");
    if (!uri.equals(requestUri)
        || !"auth".equals(values.get("qop"))
        || !user.equals(values.get("username"))
        || !REALM.equals(values.get("realm"))) {
      return Verdict.WRONG;
    }
    String secret = md5(user + ":" + REALM + ":" + password);
    String call = md5(method + ":" + uri);
    String nonce = values.getOrDefault("nonce", "");
    String expected =
        md5(
            secret
                + ":"
                + nonce
                + ":"
                + values.get("nc")
                + ":"
                + values.get("cnonce")
                + ":auth:"
                + call);
    if (!expected.equals(values.get("response"))) {
      return Verdict.WRONG;
    }
    return alive(nonces, nonce) ? Verdict.GOOD : Verdict.STALE;
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
