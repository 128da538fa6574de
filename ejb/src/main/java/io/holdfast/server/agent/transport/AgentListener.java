package io.holdfast.server.agent.transport;

import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.holdfast.server.agent.AgentRegistry;
import io.holdfast.server.agent.CertificateAuthority;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * The port agents dial: {@code holdfast.agent.port}, default 8444, on {@code holdfast.agent.bind},
 * default every address. TLS always; a client certificate must be of our CA when there is one.
 * Deployment fails when the port is taken; undeployment frees it.
 */
@Singleton
@Startup
@DependsOn("DatabaseMigration")
@TransactionManagement(TransactionManagementType.BEAN)
public class AgentListener {
  private static final System.Logger LOG = System.getLogger(AgentListener.class.getName());
  private static final int DEFAULT_PORT = 8444;
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int STOP_SECONDS = 5;

  @Inject AgentRegistry registry;
  @Inject CertificateAuthority authority;
  @Resource ManagedExecutorService executor;

  private Server server;

  @PostConstruct
  void start() {
    int port = Integer.getInteger("holdfast.agent.port", DEFAULT_PORT);
    String bind = System.getProperty("holdfast.agent.bind", "0.0.0.0");
    try {
      server = builder(new InetSocketAddress(bind, port), registry, authority, executor).build();
      server.start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "Cannot listen for agents on port " + port + ": " + e.getMessage(), e);
    }
    LOG.log(
        System.Logger.Level.INFO,
        "Listening for agents on {0}:{1,number,#}",
        bind,
        server.getPort());
  }

  static NettyServerBuilder builder(
      InetSocketAddress address,
      AgentRegistry registry,
      CertificateAuthority authority,
      Executor executor) {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(new ServerKeys(authority))
            .trustManager(OurAuthority.trustManagers(authority))
            .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL);
    return NettyServerBuilder.forAddress(address, credentials.build())
        .executor(executor)
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .permitKeepAliveTime(5, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .intercept(new CallingAgent())
        .addService(new EnrolmentEndpoint(registry, authority))
        .addService(new RegistryEndpoint(registry, authority));
  }

  @PreDestroy
  void stop() {
    server.shutdown();
    try {
      if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
