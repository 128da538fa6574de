package io.holdfast.platform.h3ccas.rest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Answers Digest challenges (RFC 7616, qop=auth). One nonce is used for many requests, with its
 * count, until the platform says it is stale, so a session costs one extra round trip and not one a
 * request. Thread-safe. Holds the password in memory until {@link #forget()}.
 */
final class DigestLogin {
  private final SecureRandom random = new SecureRandom();
  private final String user;
  private String password;
  private DigestChallenge challenge;
  private int nonceCount;

  DigestLogin(String user, String password) {
    this.user = user;
    this.password = password;
  }

  /**
   * The {@code Authorization} header of a request; empty before the first challenge.
   *
   * @param target path and query as in the request line
   */
  synchronized Optional<Answer> answer(String method, String target) {
    if (challenge == null) {
      return Optional.empty();
    }
    nonceCount++;
    byte[] clientRandom = new byte[12];
    random.nextBytes(clientRandom);
    String clientNonce = HexFormat.of().formatHex(clientRandom);
    String header = header(method, target, clientNonce, String.format("%08x", nonceCount));
    return Optional.of(new Answer(header));
  }

  /** Takes a new challenge; counts of a nonce that is given again go on. */
  synchronized void challenged(DigestChallenge fresh) {
    boolean same = challenge != null && challenge.nonce().equals(fresh.nonce());
    challenge = fresh;
    nonceCount = same ? nonceCount : 0;
  }

  /** Forgets password and challenge. */
  synchronized void forget() {
    password = "";
    challenge = null;
  }

  private String header(String method, String target, String clientNonce, String count) {
    String secret = hash(user + ":" + challenge.realm() + ":" + password);
    String request = hash(method + ":" + target);
    String response =
        challenge.qopAuth()
            ? hash(String.join(":", secret, challenge.nonce(), count, clientNonce, "auth", request))
            : hash(String.join(":", secret, challenge.nonce(), request));
    StringBuilder header = new StringBuilder("Digest ");
    header.append(userParameter());
    header.append(", realm=").append(quoted(challenge.realm()));
    header.append(", nonce=").append(quoted(challenge.nonce()));
    header.append(", uri=").append(quoted(target));
    header.append(", response=\"").append(response).append('"');
    header.append(", algorithm=").append(challenge.algorithm());
    if (!challenge.opaque().isEmpty()) {
      header.append(", opaque=").append(quoted(challenge.opaque()));
    }
    if (challenge.qopAuth()) {
      header.append(", qop=auth, nc=").append(count);
      header.append(", cnonce=\"").append(clientNonce).append('"');
    }
    return header.toString();
  }

  private String userParameter() {
    boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(user);
    return ascii
        ? "username=" + quoted(user)
        : "username*=UTF-8''" + CasPath.of(user).toString().substring(1);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance(challenge.algorithm());
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5 and SHA-256", e);
    }
  }

  /**
   * @param header value of {@code Authorization}
   */
  record Answer(String header) {
    /** Never shows the header: it can be replayed. */
    @Override
    public String toString() {
      return "Answer[]";
    }
  }
}
