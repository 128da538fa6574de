package io.holdfast.server.agent.transport;

import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.HeartbeatResponse;
import io.holdfast.agent.protocol.RegistryGrpc;
import io.holdfast.agent.protocol.RenewRequest;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentProof;
import io.holdfast.server.agent.AgentRegistry;
import io.holdfast.server.agent.CertificateAuthority;
import java.security.PublicKey;

/** What enrolled agents tell; each is who its certificate says. */
final class RegistryEndpoint extends RegistryGrpc.RegistryImplBase {
  private final AgentRegistry registry;
  private final CertificateAuthority authority;

  RegistryEndpoint(AgentRegistry registry, CertificateAuthority authority) {
    this.registry = registry;
    this.authority = authority;
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          registry.heartbeat(
              CallingAgent.required(),
              CallingAgent.keyHash(),
              AgentDescriptions.facts(request.getDescription(), CallingAgent.source()));
          return HeartbeatResponse.newBuilder()
              .setHeartbeatSeconds(EnrolmentEndpoint.HEARTBEAT_SECONDS)
              .build();
        });
  }

  @Override
  public void renewCertificate(RenewRequest request, StreamObserver<EnrolResponse> observer) {
    Answers.answer(
        observer,
        () -> {
          AgentId id = CallingAgent.required();
          PublicKey key = SigningRequests.provenKey(request.getCertificateSigningRequest());
          registry.renewed(id, AgentProof.hashOf(key));
          return EnrolmentEndpoint.issue(authority, id, key);
        });
  }

  @Override
  public void goodbye(Empty request, StreamObserver<Empty> observer) {
    Answers.answer(
        observer,
        () -> {
          registry.goodbye(CallingAgent.required());
          return Empty.getDefaultInstance();
        });
  }
}
