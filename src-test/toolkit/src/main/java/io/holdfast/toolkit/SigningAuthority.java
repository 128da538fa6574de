package io.holdfast.toolkit;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageGrant;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
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
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority with a key of its own, as a backup server has one. What it issues is
 * valid on loopback and from an hour ago. Thread-safe.
 */
public final class SigningAuthority {
  private static final Duration OWN_LIFE = Duration.ofDays(30);

  private final X500Principal name;
  private final KeyPair keys = keyPair();
  private final AtomicLong serial = new AtomicLong(1);
  private final X509Certificate certificate;

  /** A private key with its certificates, leaf first, authority last. */
  public record Issued(PrivateKey key, List<X509Certificate> chain) {}

  /**
   * @param commonName of the authority
   */
  public SigningAuthority(String commonName) {
    this.name = new X500Principal("CN=" + commonName);
    this.certificate = issue(name, keys.getPublic(), OWN_LIFE);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** A new key and its certificate. */
  public Issued issue(String commonName, String unit, Duration life) {
    KeyPair own = keyPair();
    X500Principal subject = new X500Principal("CN=" + commonName + ", OU=" + unit);
    return new Issued(
        own.getPrivate(), List.of(issue(subject, own.getPublic(), life), certificate));
  }

  /** A certificate for somebody's key; the life is counted from an hour ago. */
  public X509Certificate issue(X500Principal subject, PublicKey key, Duration life) {
    Instant from = Instant.now().minus(Duration.ofHours(1));
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(serial.getAndIncrement()),
            Date.from(from),
            Date.from(from.plus(life)),
            subject,
            key);
    try {
      builder.addExtension(
          Extension.basicConstraints, true, new BasicConstraints(subject.equals(name)));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
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
