package io.holdfast.agent.enrolment;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts the certificates of one authority and no other: the backup server's own CA, known by
 * certificate or, before enrolment, by the fingerprint in the access key. Names and addresses in
 * certificates are not compared with what was dialled: the server is known by its CA and the role
 * in its subject, which still holds when its address changes. Thread-safe.
 */
public final class PinnedAuthority extends X509ExtendedTrustManager {
  private final String fingerprint;
  private final Optional<X509Certificate> known;
  private final Optional<String> agentId;

  private PinnedAuthority(
      String fingerprint, Optional<X509Certificate> known, Optional<String> agentId) {
    this.fingerprint = fingerprint;
    this.known = known;
    this.agentId = agentId;
  }

  /** Trusts chains that end in, and contain, the CA certificate of this fingerprint. */
  public static PinnedAuthority ofFingerprint(String fingerprint) {
    return new PinnedAuthority(fingerprint, Optional.empty(), Optional.empty());
  }

  /** Trusts chains that end in this CA certificate. */
  public static PinnedAuthority of(X509Certificate authority) {
    return new PinnedAuthority(fingerprintOf(authority), Optional.of(authority), Optional.empty());
  }

  /** As {@link #of}, for who dials an agent: it is that agent's certificate and no other. */
  public static PinnedAuthority ofAgent(X509Certificate authority, String agentId) {
    return new PinnedAuthority(
        fingerprintOf(authority), Optional.of(authority), Optional.of(agentId));
  }

  /** Base64url SHA-256 of a certificate, without padding: as access keys carry it. */
  public static String fingerprintOf(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is trusted, as access keys carry it. */
  String fingerprint() {
    return fingerprint;
  }

  /** Fails unless the chain leads to the pinned authority and every certificate in it is valid. */
  void requireTrusted(List<X509Certificate> chain) throws CertificateException {
    X509Certificate authority = authorityFor(chain);
    List<X509Certificate> path = chain.stream().filter(link -> !link.equals(authority)).toList();
    if (path.isEmpty()) {
      throw new UntrustedPeerException(chain, "the peer presented no certificate of its own");
    }
    try {
      PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (GeneralSecurityException invalid) {
      throw new UntrustedPeerException(chain, invalid.getMessage(), invalid);
    }
  }

  private X509Certificate authorityFor(List<X509Certificate> chain) throws CertificateException {
    if (known.isPresent()) {
      return known.get();
    }
    return chain.stream()
        .filter(link -> fingerprintOf(link).equals(fingerprint))
        .findFirst()
        .orElseThrow(
            () ->
                new UntrustedPeerException(
                    chain, "the server's certificate authority is not the one of the access key"));
  }

  private void requireServer(X509Certificate[] chain) throws CertificateException {
    List<X509Certificate> links = Arrays.asList(chain);
    requireTrusted(links);
    if (agentId.isPresent()) {
      requireAgent(links, agentId.get());
    } else if (!CertificateRole.SERVER.heldBy(links.get(0))) {
      throw new UntrustedPeerException(links, "the peer's certificate is not a backup server's");
    }
  }

  private static void requireAgent(List<X509Certificate> links, String agentId)
      throws CertificateException {
    X509Certificate leaf = links.get(0);
    if (!CertificateRole.AGENT.heldBy(leaf) || !CertificateRole.nameOf(leaf).equals(agentId)) {
      throw new UntrustedPeerException(
          links,
          "the certificate there is of " + CertificateRole.nameOf(leaf) + ", not of " + agentId);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    requireServer(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    requireServer(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    requireServer(chain);
  }

  /** Any certificate of the authority: which role may do what is decided call by call. */
  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    requireTrusted(Arrays.asList(chain));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    requireTrusted(Arrays.asList(chain));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    requireTrusted(Arrays.asList(chain));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return known
        .map(authority -> new X509Certificate[] {authority})
        .orElseGet(() -> new X509Certificate[0]);
  }

  /** The peer is not of the pinned authority; told apart from other failures of a handshake. */
  static final class UntrustedPeerException extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final String actual;

    UntrustedPeerException(List<X509Certificate> chain, String message) {
      super(message);
      actual = last(chain);
    }

    UntrustedPeerException(List<X509Certificate> chain, String message, Throwable cause) {
      super(message, cause);
      actual = last(chain);
    }

    /** Fingerprint of the last certificate that the peer presented. */
    String actual() {
      return actual;
    }

    private static String last(List<X509Certificate> chain) {
      return chain.isEmpty() ? "none" : fingerprintOf(chain.get(chain.size() - 1));
    }
  }
}
