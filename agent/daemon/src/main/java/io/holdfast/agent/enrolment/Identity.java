package io.holdfast.agent.enrolment;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Who this agent is to its server: private key and certificate chain, leaf first, CA last.
 *
 * @param key the private key; stays on this host
 * @param chain as the server issued it
 */
public record Identity(PrivateKey key, List<X509Certificate> chain) {
  private static final String KEY_FILE = "identity/agent.key";
  private static final String CHAIN_FILE = "identity/agent.crt";

  /** The agent's own certificate. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** The server's CA. */
  public X509Certificate authority() {
    return chain.get(chain.size() - 1);
  }

  /** Whether the certificate's life is not over. */
  public boolean validAt(Instant time) {
    return time.isBefore(certificate().getNotAfter().toInstant());
  }

  /** Whether the server whose key this is issued the certificate. */
  public boolean isOf(AccessKey accessKey) {
    return PinnedAuthority.fingerprintOf(authority()).equals(accessKey.fingerprint());
  }

  /** What an enrolled agent kept; empty before enrolment. */
  public static Optional<Identity> load(StateFolder state) {
    Optional<PrivateKey> key = loadKey(state);
    Optional<byte[]> chain = state.read(CHAIN_FILE);
    if (key.isEmpty() || chain.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Identity(key.get(), certificates(chain.get())));
    } catch (CertificateException unreadable) {
      throw new IllegalStateException("unreadable " + CHAIN_FILE, unreadable);
    }
  }

  /** The kept private key, if there is one. */
  static Optional<PrivateKey> loadKey(StateFolder state) {
    return state.read(KEY_FILE).map(Identity::keyOf);
  }

  /** Keeps a new private key, before anything is asked with it. */
  static void storeKey(StateFolder state, PrivateKey key) {
    state.write(KEY_FILE, pem("PRIVATE KEY", key.getEncoded()));
  }

  /** Keeps a chain as issued. */
  void storeChain(StateFolder state) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      for (X509Certificate certificate : chain) {
        text.writeBytes(pem("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (CertificateException impossible) {
      throw new IllegalStateException(impossible);
    }
    state.write(CHAIN_FILE, text.toByteArray());
  }

  /** Reads certificates, DER or PEM, one after the other. */
  static List<X509Certificate> certificates(byte[] bytes) throws CertificateException {
    List<X509Certificate> result = new ArrayList<>();
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(bytes))) {
      result.add((X509Certificate) certificate);
    }
    if (result.isEmpty()) {
      throw new CertificateException("no certificate");
    }
    return List.copyOf(result);
  }

  private static PrivateKey keyOf(byte[] pem) {
    String text = new String(pem, StandardCharsets.US_ASCII);
    byte[] encoded = Base64.getMimeDecoder().decode(text.replaceAll("-----[A-Z ]+-----", ""));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException unreadable) {
      throw new IllegalStateException("unreadable " + KEY_FILE, unreadable);
    }
  }

  private static byte[] pem(String title, byte[] encoded) {
    String body =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(encoded);
    return ("-----BEGIN " + title + "-----\n" + body + "\n-----END " + title + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "Identity[" + certificate().getSubjectX500Principal().getName() + "]";
  }
}
