package io.holdfast.simulator.hikcloud;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signing that Hikvision's other interfaces use (artemis) [INF]: HMAC-SHA256 over method, four
 * headers, the listed headers and the path with its sorted query. A nonce is taken once within the
 * window of 15 minutes. Thread-safe.
 */
final class Signatures {
  private static final long WINDOW_MILLIS = 15 * 60_000L;
  private static final List<String> FIXED =
      List.of("Accept", "Content-MD5", "Content-Type", "Date");

  private final CloudOptions options;
  private final Clock clock;

  /** Nonces and when they were used. Guarded by this. */
  private final Map<String, Long> nonces = new HashMap<>();

  Signatures(CloudOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** Refuses a request that is not signed as it must be. */
  void check(HttpExchange exchange) {
    String key = header(exchange, "X-Ca-Key");
    if (!options.accessKey().equals(key)) {
      throw refused("HEC-40101", "Access Key 无效");
    }
    long sent;
    try {
      sent = Long.parseLong(header(exchange, "X-Ca-Timestamp"));
    } catch (NumberFormatException none) {
      throw refused("HEC-40102", "时间戳无效");
    }
    long now = clock.millis();
    if (Math.abs(now - sent) > WINDOW_MILLIS) {
      throw refused("HEC-40102", "时间戳超出允许范围");
    }
    byte[] expected = signature(textOf(exchange)).getBytes(StandardCharsets.US_ASCII);
    byte[] given = header(exchange, "X-Ca-Signature").getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, given)) {
      throw refused("HEC-40103", "签名错误");
    }
    requireNew(header(exchange, "X-Ca-Nonce"), now);
  }

  private synchronized void requireNew(String nonce, long now) {
    nonces.values().removeIf(used -> now - used > 2 * WINDOW_MILLIS);
    if (nonce.isEmpty() || nonces.putIfAbsent(nonce, now) != null) {
      throw refused("HEC-40104", "随机数重复");
    }
  }

  private static CloudException refused(String code, String message) {
    return new CloudException(401, code, message);
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private String textOf(HttpExchange exchange) {
    StringBuilder text = new StringBuilder(exchange.getRequestMethod()).append('\n');
    for (String name : FIXED) {
      String value = header(exchange, name);
      if (!value.isEmpty() || options.keepsEmptyLines()) {
        text.append(value).append('\n');
      }
    }
    List<String> names = new ArrayList<>();
    for (String name : header(exchange, "X-Ca-Signature-Headers").split(",", -1)) {
      if (!name.isBlank()) {
        names.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    names.sort(null);
    names.forEach(
        name -> text.append(name).append(':').append(header(exchange, name)).append('\n'));
    return text.append(sorted(exchange)).toString();
  }

  private static String sorted(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    if (query == null) {
      return path;
    }
    TreeMap<String, String> parts = new TreeMap<>();
    for (String part : query.split("&", -1)) {
      parts.put(part.split("=", 2)[0], part);
    }
    return path + "?" + String.join("&", parts.values());
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] secret = options.secretKey().getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
