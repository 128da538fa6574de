package io.holdfast.server.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("AGT-05")
class CertificateAuthorityTest {
  private static final AgentId AGENT = new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10");
  @TempDir Path folder;

  private CertificateAuthority authority(Clock clock) {
    return new CertificateAuthority(new StateFolder(folder), clock);
  }

  @Test
  void isTheSameAfterARestart() {
    CertificateAuthority first = authority(Clock.systemUTC());
    String fingerprint = first.fingerprint();
    X509Certificate server = first.serverIdentity().certificate();
    CertificateAuthority again = authority(Clock.systemUTC());
    assertEquals(fingerprint, again.fingerprint());
    assertEquals(server, again.serverIdentity().certificate());
    assertEquals(43, fingerprint.length());
  }

  @Test
  void issuesChainsThatLeadToItself() throws GeneralSecurityException {
    CertificateAuthority authority = authority(Clock.systemUTC());
    List<X509Certificate> chain = authority.issueAgent(AGENT, agentKey());
    X509Certificate leaf = chain.get(0);
    validate(leaf, authority.certificate());
    assertEquals(authority.certificate(), chain.get(1));
    assertEquals("O=Holdfast,OU=agent,CN=" + AGENT, leaf.getSubjectX500Principal().getName());
    assertEquals(AGENT.value(), leaf.getSubjectAlternativeNames().iterator().next().get(1));
    assertEquals(-1, leaf.getBasicConstraints());
    X509Certificate server = authority.serverIdentity().certificate();
    validate(server, authority.certificate());
    assertTrue(server.getSubjectX500Principal().getName().contains("OU=server"));
  }

  @Test
  void doesNotVouchForAnother(@TempDir Path elsewhere) throws GeneralSecurityException {
    CertificateAuthority authority = authority(Clock.systemUTC());
    CertificateAuthority stranger =
        new CertificateAuthority(new StateFolder(elsewhere), Clock.systemUTC());
    X509Certificate leaf = stranger.issueAgent(AGENT, agentKey()).get(0);
    assertThrows(GeneralSecurityException.class, () -> validate(leaf, authority.certificate()));
  }

  @Test
  void renewsTheServerCertificateBeforeItEnds() {
    Instant now = Instant.parse("2026-11-21T00:00:00Z");
    X509Certificate first =
        authority(Clock.fixed(now, ZoneOffset.UTC)).serverIdentity().certificate();
    Instant nearEnd = now.plus(CertificateAuthority.LEAF_LIFETIME).minus(Duration.ofDays(30));
    X509Certificate next =
        authority(Clock.fixed(nearEnd, ZoneOffset.UTC)).serverIdentity().certificate();
    assertNotEquals(first, next);
    assertTrue(next.getNotAfter().toInstant().isAfter(nearEnd.plus(Duration.ofDays(300))));
  }

  @Test
  void theKeyIsPrivateAndADamagedOneIsNotReplaced() throws IOException {
    authority(Clock.systemUTC()).fingerprint();
    Path file = folder.resolve("ca/ca.pem");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.writeString(file, "nothing");
    assertThrows(IllegalStateException.class, () -> authority(Clock.systemUTC()).fingerprint());
    assertEquals("nothing", Files.readString(file));
  }

  private static PublicKey agentKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair().getPublic();
  }

  private static void validate(X509Certificate leaf, X509Certificate ca)
      throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
    parameters.setRevocationEnabled(false);
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
  }
}
