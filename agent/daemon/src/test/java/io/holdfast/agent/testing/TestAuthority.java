package io.holdfast.agent.testing;

import com.google.protobuf.ByteString;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.PinnedAuthority;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageGrant;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A certificate authority as a backup server has one. */
public final class TestAuthority {
  private static final String NAME = "CN=Holdfast test CA";

  private final KeyPair keys = keyPair();
  private final AtomicLong serial = new AtomicLong(1);
  private final X509Certificate certificate =
      issue(new X500Principal(NAME), keys.getPublic(), Duration.ofDays(30));

  public X509Certificate certificate() {
    return certificate;
  }

  /** An access key that pins this authority. */
  public String accessKey(String secret) {
    return "hf1.k1." + secret + "." + PinnedAuthority.fingerprintOf(certificate);
  }

  /** A certificate for a new key. */
  public Identity identity(String commonName, String unit) {
    KeyPair own = keyPair();
    X500Principal subject = new X500Principal("CN=" + commonName + ", OU=" + unit);
    return new Identity(
        own.getPrivate(),
        List.of(issue(subject, own.getPublic(), Duration.ofDays(1)), certificate));
  }

  /** Signs a request as it is; the life is counted from an hour ago. */
  public X509Certificate sign(byte[] request, Duration life) {
    try {
      JcaPKCS10CertificationRequest read =
          new JcaPKCS10CertificationRequest(new PKCS10CertificationRequest(request));
      return issue(new X500Principal(read.getSubject().getEncoded()), read.getPublicKey(), life);
    } catch (java.io.IOException | GeneralSecurityException unreadable) {
      throw new IllegalArgumentException(unreadable);
    }
  }

  private X509Certificate issue(X500Principal subject, PublicKey key, Duration life) {
    Instant from = Instant.now().minus(Duration.ofHours(1));
    boolean authority = subject.getName().equals(NAME);
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal(NAME),
            BigInteger.valueOf(serial.getAndIncrement()),
            Date.from(from),
            Date.from(from.plus(life)),
            subject,
            key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** A grant as the server signs it. */
  public ByteString sign(StorageGrant grant) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update("holdfast storage grant 1".getBytes(StandardCharsets.US_ASCII));
      signature.update(grant.toByteArray());
      return SignedGrant.newBuilder()
          .setGrant(grant.toByteString())
          .setSignature(ByteString.copyFrom(signature.sign()))
          .build()
          .toByteString();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
