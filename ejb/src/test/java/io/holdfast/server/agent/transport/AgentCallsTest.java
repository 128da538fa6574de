package io.holdfast.server.agent.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.HostResourcesRequest;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.agent.protocol.PlatformQueriesGrpc;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.TransientException;
import io.holdfast.server.agent.AgentEndpoint;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.CertificateAuthority;
import io.holdfast.server.agent.StateFolderAuthority;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the server asks of agents, over real TLS on the loopback; the agent is only a certificate.
 */
@Tag("AGT-05")
class AgentCallsTest {
  private static final AgentId AGENT = new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10");
  private static final AgentId OTHER = new AgentId("1c8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a11");

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private CertificateAuthority authority;
  private KeyPair keys;

  @BeforeEach
  void start() throws Exception {
    authority = StateFolderAuthority.in(folder);
    keys = TlsTexts.newKeys();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void theServerAsksTheAgentAndReadsItsErrors() throws Exception {
    Server agent = startAgent(AGENT);
    AgentCalls calls = calls(AGENT, agent.getPort());
    GrpcPlatformQueries queries = new GrpcPlatformQueries(calls);
    assertEquals(
        "CAS", queries.testPlatform(TestPlatformRequest.getDefaultInstance()).getProduct());
    assertEquals(3, queries.listInventory(InventoryRequest.getDefaultInstance()).size());
    BackupException refused =
        assertThrows(
            BackupException.class,
            () -> new GrpcPools(calls).createPool(CreatePoolRequest.getDefaultInstance()));
    assertEquals(ErrorCode.INTERNAL_ERROR, refused.code());
  }

  @Test
  void theAgentsOwnErrorComesThroughWithItsParameters() throws Exception {
    Server agent = startAgent(AGENT);
    AgentCalls calls = calls(AGENT, agent.getPort());
    BackupException refused =
        assertThrows(
            BackupException.class,
            () ->
                new GrpcPlatformQueries(calls)
                    .describeVm(DescribeVmRequest.newBuilder().setVmId("42").build()));
    assertEquals(ErrorCode.VM_NOT_FOUND, refused.code());
    assertEquals("42", refused.parameters().get("vm"));
  }

  @Test
  void anAgentThatIsAwayIsNamedAndFoundAgain() throws Exception {
    Server agent = startAgent(AGENT);
    int port = agent.getPort();
    AgentChannels channels = channels();
    GrpcPlatformQueries queries = new GrpcPlatformQueries(calls(channels, AGENT, port));
    assertEquals(3, queries.listInventory(InventoryRequest.getDefaultInstance()).size());
    agent.shutdownNow().awaitTermination();
    BackupException away =
        assertThrows(
            BackupException.class,
            () -> queries.testPlatform(TestPlatformRequest.getDefaultInstance()));
    assertEquals(ErrorCode.AGENT_UNREACHABLE, away.code());
    assertInstanceOf(TransientException.class, away);
    assertEquals("host-1", away.parameters().get("agent"));
    CompletionException later =
        assertThrows(
            CompletionException.class,
            () ->
                new GrpcBackupSessions(queries.calls())
                    .transferExtent(TransferExtentRequest.getDefaultInstance())
                    .<ExtentReceipt>thenApply(receipt -> receipt)
                    .toCompletableFuture()
                    .join());
    assertInstanceOf(TransientException.class, later.getCause());
    startAgent(AGENT, port);
    GrpcPlatformQueries again = new GrpcPlatformQueries(calls(channels, AGENT, port));
    assertEquals(3, again.listInventory(InventoryRequest.getDefaultInstance()).size());
  }

  @Test
  void anotherAgentAtTheAddressIsNotTakenForThisOne() throws Exception {
    Server other = startAgent(OTHER);
    AgentCalls calls = calls(AGENT, other.getPort());
    BackupException refused =
        assertThrows(
            BackupException.class,
            () ->
                new GrpcPlatformQueries(calls)
                    .testPlatform(TestPlatformRequest.getDefaultInstance()));
    assertEquals(ErrorCode.AGENT_UNREACHABLE, refused.code());
  }

  @Test
  void anAnswerThatDoesNotComeInTimeIsAmbiguous() throws Exception {
    Server agent = startAgent(AGENT);
    AgentCalls calls = calls(AGENT, agent.getPort());
    BackupException late =
        assertThrows(
            BackupException.class,
            () ->
                calls.ask(
                    PlatformQueriesGrpc.getListHostResourcesMethod(),
                    Duration.ofMillis(700),
                    HostResourcesRequest.getDefaultInstance()));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
    assertEquals("ListHostResources", late.parameters().get("operation"));
  }

  private AgentChannels channels() {
    AgentChannels channels = new AgentChannels(authority, ForkJoinPool.commonPool());
    open.add(channels::close);
    return channels;
  }

  private AgentCalls calls(AgentId agent, int port) {
    return calls(channels(), agent, port);
  }

  private static AgentCalls calls(AgentChannels channels, AgentId agent, int port) {
    return new AgentCalls("host-1", channels.of(agent, new AgentEndpoint("127.0.0.1", port)));
  }

  private Server startAgent(AgentId id) throws Exception {
    return startAgent(id, 0);
  }

  private Server startAgent(AgentId id, int port) throws Exception {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(
                TlsTexts.certificate(authority.issueAgent(id, keys.getPublic()).get(0)),
                TlsTexts.key(keys))
            .trustManager(TlsTexts.certificate(authority.certificate()))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    BindableService queries = new AnsweringAgent();
    Server agent =
        Grpc.newServerBuilderForPort(port, credentials.build()).addService(queries).build().start();
    open.add(agent::shutdownNow);
    return agent;
  }

  private static final class AnsweringAgent extends PlatformQueriesGrpc.PlatformQueriesImplBase {
    @Override
    public void testPlatform(
        TestPlatformRequest request, StreamObserver<TestPlatformResponse> observer) {
      observer.onNext(TestPlatformResponse.newBuilder().setProduct("CAS").build());
      observer.onCompleted();
    }

    @Override
    public void listInventory(InventoryRequest request, StreamObserver<InventoryNode> observer) {
      for (int i = 0; i < 3; i++) {
        observer.onNext(InventoryNode.newBuilder().setId("VM:" + i).build());
      }
      observer.onCompleted();
    }

    @Override
    public void describeVm(DescribeVmRequest request, StreamObserver<VmDescription> observer) {
      observer.onError(
          ErrorTrailer.toStatus(
              BackupException.of(
                  ErrorCode.VM_NOT_FOUND, "vm", request.getVmId(), "address", "cvm")));
    }

    @Override
    public void listHostResources(
        HostResourcesRequest request, StreamObserver<HostResources> observer) {
      // Never answers.
    }
  }
}
