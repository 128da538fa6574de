package io.holdfast.platform.hikcloud.rest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests as the maker's published interfaces want it [P there, INF here]: HMAC-SHA256 over
 * method, four headers, the listed headers and the path with its sorted query. Whether a header
 * that is absent leaves an empty line differs from client to client, so both forms can be made.
 * Thread-safe. Holds the Secret Key in memory until {@link #forget()}.
 */
final class Signer {
  private static final List<String> FIXED =
      List.of("Accept", "Content-MD5", "Content-Type", "Date");
  private static final List<String> LISTED = List.of("X-Ca-Key", "X-Ca-Nonce", "X-Ca-Timestamp");
  private static final String JSON = "application/json";

  private final String accessKey;
  private volatile String secretKey;

  Signer(String accessKey, String secretKey) {
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  void forget() {
    secretKey = "";
  }

  /**
   * The headers of a request, with a nonce of their own.
   *
   * @param epochMillis now
   * @param emptyLines absent headers leave an empty line in what is signed
   */
  Map<String, String> headers(
      String method, CloudPath path, Optional<byte[]> body, long epochMillis, boolean emptyLines) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", JSON);
    body.ifPresent(
        bytes -> {
          headers.put("Content-MD5", md5(bytes));
          headers.put("Content-Type", JSON);
        });
    headers.put("X-Ca-Key", accessKey);
    headers.put("X-Ca-Nonce", UUID.randomUUID().toString());
    headers.put("X-Ca-Timestamp", String.valueOf(epochMillis));
    StringBuilder text = new StringBuilder(method).append('\n');
    for (String name : FIXED) {
      if (emptyLines || headers.containsKey(name)) {
        text.append(headers.getOrDefault(name, "")).append('\n');
      }
    }
    for (String name : LISTED) {
      text.append(name.toLowerCase(Locale.ROOT)).append(':');
      text.append(headers.get(name)).append('\n');
    }
    headers.put("X-Ca-Signature-Headers", "x-ca-key,x-ca-nonce,x-ca-timestamp");
    headers.put("X-Ca-Signature", signature(text.append(path.signed()).toString()));
    return headers;
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      // A key of no bytes is none to Java; one zero byte signs the same.
      byte[] key = secretKey.isEmpty() ? new byte[1] : secretKey.getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has HmacSHA256", impossible);
    }
  }

  private static String md5(byte[] body) {
    try {
      return base64(MessageDigest.getInstance("MD5").digest(body));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has MD5", impossible);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
