package io.holdfast.server.agent.transport;

import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentEndpoint;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.CertificateAuthority;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One channel an agent, opened at the first call and kept; a new one when the agent's address
 * changes. mTLS: the server shows its certificate, and the agent's must be of our CA and in the
 * agent's name. Thread-safe.
 */
@ApplicationScoped
public class AgentChannels {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  @Inject CertificateAuthority authority;
  @Resource ManagedExecutorService managedExecutor;

  private final Map<AgentId, Open> channels = new ConcurrentHashMap<>();
  private Executor executor;

  /** For CDI. */
  public AgentChannels() {}

  AgentChannels(CertificateAuthority authority, Executor executor) {
    this.authority = authority;
    this.executor = executor;
  }

  private record Open(AgentEndpoint endpoint, ManagedChannel channel) {
    /** A channel that failed fails every call until its back-off is over; a new one does not. */
    boolean fits(AgentEndpoint wanted) {
      return endpoint.equals(wanted)
          && channel.getState(false) != ConnectivityState.TRANSIENT_FAILURE;
    }
  }

  /** The agent's channel; a new one in place of one that failed. */
  ManagedChannel of(Agent agent) {
    return of(agent.id(), agent.control());
  }

  ManagedChannel of(AgentId agent, AgentEndpoint endpoint) {
    return channels
        .compute(
            agent,
            (id, known) -> {
              if (known != null && known.fits(endpoint)) {
                return known;
              }
              if (known != null) {
                known.channel().shutdown();
              }
              return new Open(endpoint, open(id, endpoint));
            })
        .channel();
  }

  private ManagedChannel open(AgentId agent, AgentEndpoint endpoint) {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(new ServerKeys(authority))
            .trustManager(OurAuthority.trustManagers(authority));
    return Grpc.newChannelBuilderForAddress(
            endpoint.address(), endpoint.port(), credentials.build())
        // The name in the agent's certificate, checked instead of the address it is dialed at.
        .overrideAuthority(agent.value())
        .executor(executor == null ? managedExecutor : executor)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .build();
  }

  @PreDestroy
  void close() {
    channels.values().forEach(open -> open.channel().shutdownNow());
    channels.clear();
  }
}
