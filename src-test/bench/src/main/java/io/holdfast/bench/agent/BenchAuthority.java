package io.holdfast.bench.agent;

import com.google.protobuf.ByteString;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.toolkit.SigningAuthority;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** A backup server's authority for one run, and identities as agents keep them. Thread-safe. */
final class BenchAuthority {
  private static final Duration LIFE = Duration.ofDays(2);

  private final SigningAuthority authority = new SigningAuthority("Holdfast bench CA");

  /** A certificate for a new key. */
  Identity identity(String name, String role) {
    SigningAuthority.Issued issued = authority.issue(name, role, LIFE);
    return new Identity(issued.key(), issued.chain());
  }

  /** A grant as the server signs it. */
  ByteString sign(StorageGrant grant) {
    return authority.sign(grant);
  }

  /** The authority's certificate, PEM. */
  InputStream pem() {
    return new ByteArrayInputStream(chain(List.of(authority.certificate())));
  }

  /** A private key as agents keep it. */
  static byte[] key(Identity identity) {
    return pem("PRIVATE KEY", identity.key().getEncoded()).getBytes(StandardCharsets.US_ASCII);
  }

  /** A certificate chain as agents keep it. */
  static byte[] chain(List<X509Certificate> chain) {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate link : chain) {
        text.append(pem("CERTIFICATE", link.getEncoded()));
      }
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
