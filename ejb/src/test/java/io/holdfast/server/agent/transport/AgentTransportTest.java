package io.holdfast.server.agent.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.BindableService;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.protocol.EnrolRequest;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.EnrolmentGrpc;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.agent.protocol.PlatformQueriesGrpc;
import io.holdfast.agent.protocol.RegistryGrpc;
import io.holdfast.agent.protocol.RenewRequest;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.TransientException;
import io.holdfast.server.agent.AgentEndpoint;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.CertificateAuthority;
import io.holdfast.server.agent.RegistryFixture;
import io.holdfast.server.agent.StateFolderAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ForkJoinPool;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Listener and channels over real TLS on the loopback, with an agent that is only a certificate.
 */
@Tag("AGT-05")
class AgentTransportTest {
  private static final AgentId AGENT = new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10");
  private static final AgentId OTHER = new AgentId("1c8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a11");

  @TempDir Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private CertificateAuthority authority;
  private RegistryFixture fixture;
  private Server listener;
  private KeyPair keys;

  @BeforeEach
  void start() throws Exception {
    authority = StateFolderAuthority.in(folder);
    fixture = new RegistryFixture(authority, Clock.systemUTC());
    listener =
        AgentListener.builder(
                new InetSocketAddress("127.0.0.1", 0),
                fixture.registry,
                authority,
                ForkJoinPool.commonPool())
            .build()
            .start();
    open.add(listener::shutdownNow);
    keys = newKeys();
  }

  private static KeyPair newKeys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void anAgentEnrolsByAccessKeyAndIsThenKnownByItsCertificate() throws Exception {
    EnrolResponse enrolled = enrol(fixture.keyText);
    assertEquals(2, enrolled.getCertificateChainCount());
    assertEquals(AgentState.OFFLINE, fixture.registry.state(AGENT));
    RegistryGrpc.RegistryBlockingStub registry = RegistryGrpc.newBlockingStub(channel(enrolled));
    assertTrue(registry.heartbeat(heartbeat("i1")).getHeartbeatSeconds() > 0);
    assertEquals(AgentState.ONLINE, fixture.registry.state(AGENT));
    assertEquals("127.0.0.1", fixture.registry.requireKnown(AGENT).control().address());
    assertTrue(fixture.heard.get(0).cameBack());
    registry.heartbeat(heartbeat("i1"));
    assertEquals(false, fixture.heard.get(1).cameBack());
    registry.heartbeat(heartbeat("i2"));
    assertTrue(fixture.heard.get(2).cameBack());
    assertEquals(Empty.getDefaultInstance(), registry.goodbye(Empty.getDefaultInstance()));
    assertEquals(AgentState.OFFLINE, fixture.registry.state(AGENT));
    assertEquals(1, fixture.key.uses());
    assertEquals("agent-enrol", fixture.audited.get(0).action());
  }

  @Test
  void anAgentThatIsKnownEnrolsAgainByItsKeyOrItsCertificateOnly() throws Exception {
    EnrolResponse first = enrol(fixture.keyText);
    assertEquals(2, enrol(fixture.keyText).getCertificateChainCount());
    ManagedChannel certified = channel(first);
    KeyPair kept = keys;
    keys = newKeys();
    assertEquals(ErrorCode.AGENT_KEY_DIFFERS, errorOf(() -> enrol(fixture.keyText)));
    assertEquals(2, fixture.key.uses());
    enrol(fixture.keyText, certified);
    keys = kept;
    assertEquals(ErrorCode.AGENT_KEY_DIFFERS, errorOf(() -> enrol(fixture.keyText)));
    fixture.removeAgent(AGENT);
    assertEquals(2, enrol(fixture.keyText).getCertificateChainCount());
  }

  @Test
  void aRenewedCertificateMayBeForAnotherKeyWhichIsTheAgentsFromThenOn() throws Exception {
    ManagedChannel certified = channel(enrol(fixture.keyText));
    keys = newKeys();
    RenewRequest renew =
        RenewRequest.newBuilder().setCertificateSigningRequest(signingRequest()).build();
    assertEquals(
        2,
        RegistryGrpc.newBlockingStub(certified).renewCertificate(renew).getCertificateChainCount());
    assertEquals(2, enrol(fixture.keyText).getCertificateChainCount());
  }

  @Test
  void withoutALiveKeyNobodyEnrols() throws Exception {
    assertEquals(ErrorCode.ACCESS_KEY_REFUSED, errorOf(() -> enrol("hf1.x.y.z")));
    assertEquals(
        ErrorCode.ACCESS_KEY_REFUSED,
        errorOf(() -> enrol(fixture.keyText.replace("hf1.", "hf1.0"))));
    fixture.revokeKey();
    assertEquals(ErrorCode.ACCESS_KEY_REFUSED, errorOf(() -> enrol(fixture.keyText)));
  }

  @Test
  void withoutACertificateTheRegistryIsClosed() throws Exception {
    RegistryGrpc.RegistryBlockingStub anonymous = RegistryGrpc.newBlockingStub(anonymous());
    assertEquals(ErrorCode.FORBIDDEN, errorOf(() -> anonymous.heartbeat(heartbeat("i"))));
  }

  @Test
  void aRemovedAgentIsRefused() throws Exception {
    RegistryGrpc.RegistryBlockingStub registry =
        RegistryGrpc.newBlockingStub(channel(enrol(fixture.keyText)));
    fixture.removeAgent(AGENT);
    assertEquals(ErrorCode.AGENT_UNKNOWN, errorOf(() -> registry.heartbeat(heartbeat("i"))));
  }

  @Test
  void aRequestThatDoesNotProveItsKeyIsRefused() {
    EnrolRequest request =
        EnrolRequest.newBuilder()
            .setAccessKey(fixture.keyText)
            .setAgentId(AGENT.value())
            .setDescription(description("i"))
            .setCertificateSigningRequest(ByteString.copyFromUtf8("nothing"))
            .build();
    assertEquals(
        ErrorCode.INVALID_VALUE,
        errorOf(() -> EnrolmentGrpc.newBlockingStub(anonymous()).enrol(request)));
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
            () ->
                new GrpcPools(calls)
                    .createPool(io.holdfast.agent.protocol.CreatePoolRequest.getDefaultInstance()));
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
                    .describeVm(
                        io.holdfast.agent.protocol.DescribeVmRequest.newBuilder()
                            .setVmId("42")
                            .build()));
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
                    io.holdfast.agent.protocol.HostResourcesRequest.getDefaultInstance()));
    assertEquals(ErrorCode.AGENT_TIMEOUT, late.code());
    assertEquals("ListHostResources", late.parameters().get("operation"));
  }

  private EnrolResponse enrol(String accessKey) throws Exception {
    return enrol(accessKey, anonymous());
  }

  private ByteString signingRequest() throws Exception {
    return ByteString.copyFrom(
        new JcaPKCS10CertificationRequestBuilder(
                new X500Principal("CN=whatever, OU=server"), keys.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded());
  }

  private EnrolResponse enrol(String accessKey, ManagedChannel channel) throws Exception {
    return EnrolmentGrpc.newBlockingStub(channel)
        .enrol(
            EnrolRequest.newBuilder()
                .setAccessKey(accessKey)
                .setAgentId(AGENT.value())
                .setDescription(description("i0"))
                .setCertificateSigningRequest(signingRequest())
                .build());
  }

  private static AgentDescription description(String instance) {
    return AgentDescription.newBuilder()
        .setHostName("host-1")
        .setControlPort(8445)
        .setInstanceId(instance)
        .setProtocolVersion(1)
        .build();
  }

  private static HeartbeatRequest heartbeat(String instance) {
    return HeartbeatRequest.newBuilder().setDescription(description(instance)).build();
  }

  private ManagedChannel anonymous() throws IOException {
    return register(TlsChannelCredentials.newBuilder().trustManager(pem(authority.certificate())));
  }

  private ManagedChannel channel(EnrolResponse enrolled) throws Exception {
    StringBuilder chain = new StringBuilder();
    for (ByteString der : enrolled.getCertificateChainList()) {
      chain.append(pemText("CERTIFICATE", der.toByteArray()));
    }
    return register(
        TlsChannelCredentials.newBuilder()
            .keyManager(
                stream(chain.toString()),
                stream(pemText("PRIVATE KEY", keys.getPrivate().getEncoded())))
            .trustManager(pem(authority.certificate())));
  }

  private ManagedChannel register(TlsChannelCredentials.Builder credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", listener.getPort(), credentials.build())
            .overrideAuthority(CertificateAuthority.SERVER_NAME)
            .build();
    open.add(channel::shutdownNow);
    return channel;
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
                stream(
                    pemText(
                        "CERTIFICATE",
                        authority.issueAgent(id, keys.getPublic()).get(0).getEncoded())),
                stream(pemText("PRIVATE KEY", keys.getPrivate().getEncoded())))
            .trustManager(pem(authority.certificate()))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    BindableService queries = new AnsweringAgent();
    Server agent =
        Grpc.newServerBuilderForPort(port, credentials.build()).addService(queries).build().start();
    open.add(agent::shutdownNow);
    return agent;
  }

  private static ByteArrayInputStream pem(java.security.cert.X509Certificate certificate)
      throws IOException {
    try {
      return stream(pemText("CERTIFICATE", certificate.getEncoded()));
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IOException(e);
    }
  }

  private static String pemText(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  private interface Call {
    Object get() throws Exception;
  }

  private static ErrorCode errorOf(Call call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call::get);
    return ErrorTrailer.toException(failure, ErrorCode.SERVER_UNREACHABLE, Map.of()).code();
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
    public void describeVm(
        io.holdfast.agent.protocol.DescribeVmRequest request,
        StreamObserver<io.holdfast.agent.protocol.VmDescription> observer) {
      observer.onError(
          ErrorTrailer.toStatus(
              BackupException.of(
                  ErrorCode.VM_NOT_FOUND, "vm", request.getVmId(), "address", "cvm")));
    }

    @Override
    public void listHostResources(
        io.holdfast.agent.protocol.HostResourcesRequest request,
        StreamObserver<io.holdfast.agent.protocol.HostResources> observer) {
      // Never answers.
    }
  }
}
