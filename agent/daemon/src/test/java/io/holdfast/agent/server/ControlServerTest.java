package io.holdfast.agent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.PlatformQueriesGrpc;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.agent.transfer.FolderMedium;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.TrustingTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("AGT-05")
class ControlServerTest {
  private final TestAuthority authority = new TestAuthority();
  private final AgentServices services;
  private final ControlServer server;

  ControlServerTest(@TempDir Path folder) {
    CurrentIdentity identity = new CurrentIdentity(authority.identity("agent-1", "agent"));
    services =
        new AgentServices(
            new Connectors(List.of(), List.of()),
            new FolderMedium(Clock.systemUTC()),
            StateFolder.open(folder),
            identity,
            Clock.systemUTC());
    server =
        ControlServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), identity, services.all());
  }

  @AfterEach
  void stop() {
    server.close();
    services.close();
  }

  @Test
  void aServerCertificateOfOurAuthorityIsObeyedAndErrorsKeepCodeAndParameters() {
    BackupException answer =
        ErrorTrailer.toException(
            ask(authority.identity("server", "server")), ErrorCode.AGENT_UNREACHABLE, Map.of());

    assertEquals(ErrorCode.PLATFORM_KIND_UNKNOWN, answer.code());
    assertEquals("no-such", answer.parameters().get("kind"));
  }

  @Test
  void anotherAgentOfOurAuthorityIsForbidden() {
    StatusRuntimeException answer = ask(authority.identity("agent-2", "agent"));

    assertEquals(Status.Code.PERMISSION_DENIED, answer.getStatus().getCode());
    assertEquals(
        ErrorCode.FORBIDDEN,
        ErrorTrailer.toException(answer, ErrorCode.AGENT_UNREACHABLE, Map.of()).code());
  }

  @Test
  void aServerOfAnotherAuthorityDoesNotGetThrough() {
    StatusRuntimeException answer = ask(new TestAuthority().identity("server", "server"));

    assertEquals(
        ErrorCode.AGENT_UNREACHABLE,
        ErrorTrailer.toException(answer, ErrorCode.AGENT_UNREACHABLE, Map.of()).code());
  }

  private StatusRuntimeException ask(Identity identity) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(new CurrentIdentity(identity))
                    .trustManager(new TrustingTls())
                    .build())
            .overrideAuthority("localhost")
            .build();
    try {
      return assertThrows(
          StatusRuntimeException.class,
          () ->
              PlatformQueriesGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(10, TimeUnit.SECONDS)
                  .testPlatform(
                      TestPlatformRequest.newBuilder()
                          .setPlatform(PlatformAccess.newBuilder().setKind("no-such"))
                          .build()));
    } finally {
      channel.shutdownNow();
    }
  }
}
