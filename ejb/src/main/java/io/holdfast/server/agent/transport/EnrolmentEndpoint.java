package io.holdfast.server.agent.transport;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.EnrolRequest;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.EnrolmentGrpc;
import io.holdfast.server.agent.AgentFacts;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentProof;
import io.holdfast.server.agent.AgentRegistry;
import io.holdfast.server.agent.CertificateAuthority;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * The one service that needs no certificate: the access key is the credential, and for an agent
 * that is known already the key it enrolled with.
 */
final class EnrolmentEndpoint extends EnrolmentGrpc.EnrolmentImplBase {
  /** Three of these fit into the time after which an agent counts as offline. */
  static final int HEARTBEAT_SECONDS = 10;

  private final AgentRegistry registry;
  private final CertificateAuthority authority;

  EnrolmentEndpoint(AgentRegistry registry, CertificateAuthority authority) {
    this.registry = registry;
    this.authority = authority;
  }

  @Override
  public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> observer) {
    String source = CallingAgent.source();
    Optional<AgentId> certified = CallingAgent.certified();
    Answers.answer(observer, () -> enrol(request, certified, source));
  }

  private EnrolResponse enrol(EnrolRequest request, Optional<AgentId> certified, String source) {
    AgentId id = new AgentId(request.getAgentId());
    AgentFacts facts = AgentDescriptions.facts(request.getDescription(), source);
    PublicKey key = SigningRequests.provenKey(request.getCertificateSigningRequest());
    AgentProof proof = new AgentProof(AgentProof.hashOf(key), certified);
    registry.enrol(request.getAccessKey(), id, proof, facts, source);
    return issue(authority, id, key);
  }

  /** A certificate for the key, with its chain. */
  static EnrolResponse issue(CertificateAuthority authority, AgentId id, PublicKey key) {
    EnrolResponse.Builder response =
        EnrolResponse.newBuilder().setHeartbeatSeconds(HEARTBEAT_SECONDS);
    for (X509Certificate certificate : authority.issueAgent(id, key)) {
      try {
        response.addCertificateChain(ByteString.copyFrom(certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("A certificate we made cannot be encoded", e);
      }
    }
    return response.build();
  }
}
