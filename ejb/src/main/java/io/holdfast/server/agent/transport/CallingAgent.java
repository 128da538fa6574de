package io.holdfast.server.agent.transport;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.holdfast.agent.protocol.peer.PeerCertificate;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentProof;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Who calls, from the client certificate, and from where; read once a call. Thread-safe. */
final class CallingAgent implements ServerInterceptor {
  private static final Context.Key<Optional<X509Certificate>> CERTIFICATE =
      Context.key("certificate");
  private static final Context.Key<String> SOURCE = Context.key("source");

  /** The agent of the present call; FORBIDDEN when it came without an agent's certificate. */
  static AgentId required() {
    return certified()
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.FORBIDDEN, "user", SOURCE.get(), "action", "Registry"));
  }

  /** The agent whose certificate the present call came with; empty: without one. */
  static Optional<AgentId> certified() {
    return CERTIFICATE.get().flatMap(CallingAgent::agentOf);
  }

  /** {@link AgentProof#hashOf} the key of the present call's certificate; empty without one. */
  static String keyHash() {
    return CERTIFICATE.get().map(leaf -> AgentProof.hashOf(leaf.getPublicKey())).orElse("");
  }

  /** The address the present call came from. */
  static String source() {
    return SOURCE.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Context context =
        Context.current()
            .withValue(CERTIFICATE, PeerCertificate.of(call))
            .withValue(SOURCE, source(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
    return Contexts.interceptCall(context, call, headers, next);
  }

  private static String source(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? inet.getAddress().getHostAddress()
        : "unknown";
  }

  /** The chain is verified by TLS already; this reads the role and the name. */
  static Optional<AgentId> agentOf(X509Certificate certificate) {
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      boolean isAgent = value(subject, "OU").filter("agent"::equals).isPresent();
      return isAgent ? value(subject, "CN").map(AgentId::new) : Optional.empty();
    } catch (InvalidNameException | BackupException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<String> value(LdapName name, String type) {
    return name.getRdns().stream()
        .filter(rdn -> rdn.getType().toUpperCase(Locale.ROOT).equals(type))
        .map(Rdn::getValue)
        .map(String::valueOf)
        .findFirst();
  }
}
