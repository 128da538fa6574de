package io.holdfast.agent.enrolment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.agent.testing.TestBackupServer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("AGT-05")
class EnrolmentTest {
  private static final AgentDescription DESCRIPTION =
      AgentDescription.newBuilder().setHostName("host").build();

  private final TestAuthority authority = new TestAuthority();
  @TempDir private Path folder;

  @Test
  void theKeyStaysHereUnreadableForOthersAndTheAgentStaysTheSameOne() throws Exception {
    StateFolder state = StateFolder.open(folder.resolve("state"));
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", Duration.ofDays(2))) {
      Identity first = enrol(state, server, authority.accessKey("s3cret"));
      String id = state.agentId().toString();
      Identity second = enrol(state, server, authority.accessKey("s3cret"));

      assertTrue(first.certificate().getSubjectX500Principal().getName().contains("CN=" + id));
      assertEquals(
          first.certificate().getSubjectX500Principal(),
          second.certificate().getSubjectX500Principal());
      assertTrue(CertificateRole.AGENT.heldBy(first.certificate()));
      assertEquals(second, Identity.load(StateFolder.open(folder.resolve("state"))).orElseThrow());
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(state.path().resolve("identity/agent.key"))));
      assertNoSecretIn(state.path());
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTalkedTo() throws Exception {
    StateFolder state = StateFolder.open(folder.resolve("state"));
    String key = new TestAuthority().accessKey("s3cret");
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", Duration.ofDays(2))) {
      BackupException refused =
          assertThrows(BackupException.class, () -> enrol(state, server, key));

      assertEquals(ErrorCode.SERVER_IDENTITY_WRONG, refused.code());
      assertEquals(
          PinnedAuthority.fingerprintOf(authority.certificate()),
          refused.parameters().get("actual"));
    }
    assertTrue(Identity.load(state).isEmpty());
  }

  @Test
  void aWrongSecretAndNoKeyAtAllAreRefused() throws Exception {
    StateFolder state = StateFolder.open(folder.resolve("state"));
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", Duration.ofDays(2))) {
      assertEquals(
          ErrorCode.ACCESS_KEY_REFUSED,
          assertThrows(
                  BackupException.class, () -> enrol(state, server, authority.accessKey("another")))
              .code());
    }
    assertEquals(
        ErrorCode.ACCESS_KEY_REFUSED,
        assertThrows(BackupException.class, () -> AccessKey.parse("hf1.k1.short")).code());
  }

  @Test
  void aServerThatIsAwayIsUnreachable() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    AccessKey key = AccessKey.parse(authority.accessKey("s3cret"));
    StateFolder state = StateFolder.open(folder.resolve("state"));

    assertEquals(
        ErrorCode.SERVER_UNREACHABLE,
        assertThrows(
                BackupException.class,
                () ->
                    new Enroller(state)
                        .enrol(new ServerAddress("127.0.0.1", free), key, DESCRIPTION))
            .code());
  }

  @Test
  void aCertificateNearItsEndIsRenewedAndTheEndIsAnnounced() throws Exception {
    StateFolder state = StateFolder.open(folder.resolve("state"));
    Duration nearItsEnd = Duration.ofMinutes(70);
    try (TestBackupServer server = new TestBackupServer(authority, "s3cret", nearItsEnd)) {
      CurrentIdentity identity =
          new CurrentIdentity(enrol(state, server, authority.accessKey("s3cret")));
      X509Certificate first = server.renewed().poll(1, TimeUnit.SECONDS);
      try (Heartbeats heartbeats =
          new Heartbeats(state, server.address(), identity, () -> DESCRIPTION, Clock.systemUTC())) {
        heartbeats.start();
        assertNotNull(server.beats().poll(10, TimeUnit.SECONDS));
        X509Certificate second = server.renewed().poll(10, TimeUnit.SECONDS);
        assertNotNull(server.beats().poll(10, TimeUnit.SECONDS));
        assertFalse(first.equals(second));
        assertFalse(identity.get().certificate().equals(first));
      }
      assertTrue(server.goodbye().await(5, TimeUnit.SECONDS));
      assertEquals(identity.get(), Identity.load(state).orElseThrow());
    }
  }

  private static Identity enrol(StateFolder state, TestBackupServer server, String key) {
    return new Enroller(state).enrol(server.address(), AccessKey.parse(key), DESCRIPTION);
  }

  private static void assertNoSecretIn(Path state) throws IOException {
    try (Stream<Path> files = Files.walk(state).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("s3cret"), file.toString());
      }
    }
  }
}
