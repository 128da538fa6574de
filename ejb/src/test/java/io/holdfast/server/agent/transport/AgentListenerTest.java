package io.holdfast.server.agent.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.protocol.EnrolRequest;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.EnrolmentGrpc;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.RegistryGrpc;
import io.holdfast.agent.protocol.RenewRequest;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.agent.CertificateAuthority;
import io.holdfast.server.agent.RegistryFixture;
import io.holdfast.server.agent.StateFolderAuthority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents ask of the server: enrolment and registry, over real TLS on the loopback. */
@Tag("AGT-05")
class AgentListenerTest {
  private static final AgentId AGENT = new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10");

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
    keys = TlsTexts.newKeys();
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
    keys = TlsTexts.newKeys();
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
    keys = TlsTexts.newKeys();
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
    return register(
        TlsChannelCredentials.newBuilder()
            .trustManager(TlsTexts.certificate(authority.certificate())));
  }

  private ManagedChannel channel(EnrolResponse enrolled) throws Exception {
    List<byte[]> chain =
        enrolled.getCertificateChainList().stream().map(ByteString::toByteArray).toList();
    return register(
        TlsChannelCredentials.newBuilder()
            .keyManager(TlsTexts.chain(chain), TlsTexts.key(keys))
            .trustManager(TlsTexts.certificate(authority.certificate())));
  }

  private ManagedChannel register(TlsChannelCredentials.Builder credentials) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", listener.getPort(), credentials.build())
            .overrideAuthority(CertificateAuthority.SERVER_NAME)
            .build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private interface Call {
    Object get() throws Exception;
  }

  private static ErrorCode errorOf(Call call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call::get);
    return ErrorTrailer.toException(failure, ErrorCode.SERVER_UNREACHABLE, Map.of()).code();
  }
}
