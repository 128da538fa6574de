package io.holdfast.bench.agent;

import com.google.protobuf.ByteString;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageGrant;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
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
import java.util.Base64;
import java.util.Date;
import java.util.List;
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

/** A certificate authority for one run, as a backup server has one. Not thread-safe. */
final class BenchAuthority {
  private static final String NAME = "CN=Holdfast bench CA";

  private final KeyPair keys = keyPair();
  private long serial;
  private final X509Certificate certificate = issue(new X500Principal(NAME), keys.getPublic());

  /** A certificate for a new key. */
  Identity identity(String name, String role) {
    KeyPair own = keyPair();
    X500Principal subject = new X500Principal("CN=" + name + ", OU=" + role);
    return new Identity(own.getPrivate(), List.of(issue(subject, own.getPublic()), certificate));
  }

  /** A grant as the server signs it. */
  ByteString sign(StorageGrant grant) {
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

  /** The authority's certificate, PEM. */
  InputStream pem() {
    return new ByteArrayInputStream(chain(List.of(certificate)));
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

  private X509Certificate issue(X500Principal subject, PublicKey key) {
    Instant from = Instant.now().minus(Duration.ofHours(1));
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal(NAME),
            BigInteger.valueOf(++serial),
            Date.from(from),
            Date.from(from.plus(Duration.ofDays(2))),
            subject,
            key);
    try {
      boolean authority = subject.getName().equals(NAME);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
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
