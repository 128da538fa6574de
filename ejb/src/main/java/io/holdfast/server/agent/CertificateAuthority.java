package io.holdfast.server.agent;

import com.google.protobuf.ByteString;
import io.holdfast.server.state.StateFolder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The product's own certificate authority: EC P-256, made at first start, key in {@code ca/} of the
 * state folder. Issues the server's certificate (OU=server, DNS name {@value #SERVER_NAME}) and
 * those of agents (CN = agent id, OU=agent, DNS name = agent id). Thread-safe.
 */
@ApplicationScoped
public class CertificateAuthority {
  /** The name the server's certificate is for, whatever address it is dialed at. */
  public static final String SERVER_NAME = "holdfast-server";

  static final Duration LEAF_LIFETIME = Duration.ofDays(365);
  private static final Duration CA_LIFETIME = Duration.ofDays(20 * 365L);
  private static final Duration RENEW_BEFORE = Duration.ofDays(60);
  private static final Duration CLOCK_SKEW = Duration.ofHours(24);
  private static final String GRANT_LABEL = "holdfast storage grant 1";
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final SecureRandom RANDOM = new SecureRandom();

  @Inject StateFolder state;
  @Inject Clock clock;

  private Identity ca;
  private Identity server;

  /** For CDI. */
  public CertificateAuthority() {}

  CertificateAuthority(StateFolder state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * A private key with its certificate.
   *
   * @param key never leaves the process
   */
  public record Identity(PrivateKey key, X509Certificate certificate) {
    @Override
    public String toString() {
      return "Identity[" + certificate.getSubjectX500Principal() + "]";
    }
  }

  /** The CA's certificate, which both sides trust. */
  public synchronized X509Certificate certificate() {
    return authority().certificate();
  }

  /** Base64url SHA-256 of the CA's certificate (DER), as in access keys. */
  public String fingerprint() {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot digest the CA certificate", e);
    }
  }

  /** The server's identity as listener and as client; renewed when it nears its end. */
  public synchronized Identity serverIdentity() {
    if (server == null || endsSoon(server.certificate())) {
      server =
          load("server")
              .filter(known -> !endsSoon(known.certificate()))
              .filter(known -> issuedByUs(known.certificate()))
              .orElseGet(this::makeServer);
    }
    return server;
  }

  /**
   * A certificate for an agent's public key; the caller has checked who asks. The chain: leaf, CA.
   */
  public synchronized List<X509Certificate> issueAgent(AgentId agent, PublicKey key) {
    X500Name subject = new X500Name("CN=" + agent.value() + ",OU=agent,O=Holdfast");
    return List.of(issue(subject, agent.value(), key), certificate());
  }

  /**
   * The signature of a storage grant, with the CA's own key: agents know no other. What is signed
   * begins with a label, so that it can never be taken for a certificate.
   */
  public synchronized ByteString signGrant(ByteString grant) {
    try {
      Signature signature = Signature.getInstance(SIGNATURE);
      signature.initSign(authority().key());
      signature.update(GRANT_LABEL.getBytes(StandardCharsets.US_ASCII));
      signature.update(grant.asReadOnlyByteBuffer());
      return ByteString.copyFrom(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign a storage grant", e);
    }
  }

  private Identity authority() {
    if (ca == null) {
      ca = load("ca").orElseGet(this::makeAuthority);
    }
    return ca;
  }

  private boolean endsSoon(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().minus(RENEW_BEFORE).isBefore(clock.instant());
  }

  private boolean issuedByUs(X509Certificate certificate) {
    try {
      certificate.verify(certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException otherAuthority) {
      return false;
    }
  }

  private Identity makeServer() {
    KeyPair pair = newKeyPair();
    X500Name subject = new X500Name("CN=" + SERVER_NAME + ",OU=server,O=Holdfast");
    Identity made = new Identity(pair.getPrivate(), issue(subject, SERVER_NAME, pair.getPublic()));
    store("server", made);
    return made;
  }

  private Identity makeAuthority() {
    KeyPair pair = newKeyPair();
    X500Name subject =
        new X500Name("CN=Holdfast CA " + newSerial().toString(16).substring(0, 8) + ",O=Holdfast");
    try {
      Instant now = clock.instant();
      X509CertificateHolder holder =
          builder(subject, subject, pair.getPublic(), now.plus(CA_LIFETIME))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
              .build(new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate()));
      Identity made =
          new Identity(pair.getPrivate(), new JcaX509CertificateConverter().getCertificate(holder));
      store("ca", made);
      return made;
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Cannot make the certificate authority", e);
    }
  }

  private X509Certificate issue(X500Name subject, String dnsName, PublicKey key) {
    Identity issuer = authority();
    try {
      JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
      X500Name issuerName =
          X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
      X509CertificateHolder holder =
          builder(issuerName, subject, key, clock.instant().plus(LEAF_LIFETIME))
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(
                      new KeyPurposeId[] {
                        KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
                      }))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  ids.createAuthorityKeyIdentifier(issuer.certificate()))
              .build(new JcaContentSignerBuilder(SIGNATURE).build(issuer.key()));
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Cannot issue a certificate for " + subject, e);
    }
  }

  private JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant end) {
    // Agents' clocks may be behind the server's.
    Instant begin = clock.instant().minus(CLOCK_SKEW);
    return new JcaX509v3CertificateBuilder(
        issuer, newSerial(), Date.from(begin), Date.from(end), subject, key);
  }

  private static BigInteger newSerial() {
    return new BigInteger(127, RANDOM).setBit(126);
  }

  private static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("EC P-256 is missing in this JDK", e);
    }
  }

  /** Key and certificate lie in one file, so that a crash never leaves one without the other. */
  private void store(String name, Identity identity) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(new JcaPKCS8Generator(identity.key(), null));
      pem.writeObject(identity.certificate());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write PEM text", e);
    }
    state.write("ca/" + name + ".pem", text.toString());
  }

  private Optional<Identity> load(String name) {
    return state.read("ca/" + name + ".pem").map(text -> parse(name, text));
  }

  private static Identity parse(String name, String text) {
    try (PEMParser pem = new PEMParser(new StringReader(text))) {
      PrivateKey key = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) pem.readObject());
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate((X509CertificateHolder) pem.readObject());
      return new Identity(key, certificate);
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new IllegalStateException("ca/" + name + ".pem in the state folder is damaged", e);
    }
  }
}
