package io.holdfast.agent.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.holdfast.agent.enrolment.CertificateRole;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.agent.protocol.peer.PeerCertificate;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Lets through calls of a peer whose certificate names the role that the service is for: agents to
 * {@code Storage}, a backup server to everything else. Others of the same CA get FORBIDDEN. Which
 * agent may do what is the storage service's to say.
 */
final class PeerRoles implements ServerInterceptor {
  /** Common name of the calling agent's certificate. */
  static final Context.Key<String> PEER = Context.key("holdfast-peer");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    CertificateRole needed =
        StorageGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())
            ? CertificateRole.AGENT
            : CertificateRole.SERVER;
    Optional<X509Certificate> peer = PeerCertificate.of(call).filter(needed::heldBy);
    if (peer.isPresent()) {
      Context context = Context.current().withValue(PEER, CertificateRole.nameOf(peer.get()));
      return Contexts.interceptCall(context, call, headers, next);
    }
    StatusRuntimeException refusal =
        ErrorTrailer.toStatus(
            BackupException.of(
                ErrorCode.FORBIDDEN,
                "user",
                needed == CertificateRole.AGENT
                    ? "a peer without agent certificate"
                    : "a peer without server certificate",
                "action",
                call.getMethodDescriptor().getBareMethodName()));
    call.close(refusal.getStatus(), refusal.getTrailers());
    return new ServerCall.Listener<>() {};
  }
}
