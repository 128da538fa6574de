package io.holdfast.agent.testing;

import com.google.protobuf.ByteString;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.PinnedAuthority;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.toolkit.SigningAuthority;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A backup server's authority, in the agent's own terms. Thread-safe. */
public final class TestAuthority {
  private final SigningAuthority authority = new SigningAuthority("Holdfast test CA");

  public X509Certificate certificate() {
    return authority.certificate();
  }

  /** An access key that pins this authority. */
  public String accessKey(String secret) {
    return "hf1.k1." + secret + "." + PinnedAuthority.fingerprintOf(certificate());
  }

  /** A certificate for a new key. */
  public Identity identity(String commonName, String unit) {
    SigningAuthority.Issued issued = authority.issue(commonName, unit, Duration.ofDays(1));
    return new Identity(issued.key(), issued.chain());
  }

  /** Signs a request as it is; the life is counted from an hour ago. */
  public X509Certificate sign(byte[] request, Duration life) {
    try {
      JcaPKCS10CertificationRequest read =
          new JcaPKCS10CertificationRequest(new PKCS10CertificationRequest(request));
      return authority.issue(
          new X500Principal(read.getSubject().getEncoded()), read.getPublicKey(), life);
    } catch (java.io.IOException | GeneralSecurityException unreadable) {
      throw new IllegalArgumentException(unreadable);
    }
  }

  /** A grant as the server signs it. */
  public ByteString sign(StorageGrant grant) {
    return authority.sign(grant);
  }
}
