package io.holdfast.agent.server;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.holdfast.agent.enrolment.CertificateRole;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Lets through calls of a peer whose certificate names it a backup server; another agent of the
 * same CA gets FORBIDDEN.
 */
final class ServerOnly implements ServerInterceptor {

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (isServer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION))) {
      return next.startCall(call, headers);
    }
    StatusRuntimeException refusal =
        ErrorTrailer.toStatus(
            BackupException.of(
                ErrorCode.FORBIDDEN,
                "user",
                "a peer without server certificate",
                "action",
                call.getMethodDescriptor().getBareMethodName()));
    call.close(refusal.getStatus(), refusal.getTrailers());
    return new ServerCall.Listener<>() {};
  }

  private static boolean isServer(SSLSession session) {
    if (session == null) {
      return false;
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0
          && chain[0] instanceof X509Certificate leaf
          && CertificateRole.SERVER.heldBy(leaf);
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }
}
