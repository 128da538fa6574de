package io.holdfast.agent.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.PinnedAuthority;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The listener of the control gRPC: TLS with client certificates of our CA. Small messages but for
 * those of {@code Storage}, which carry chunks between agents. Calls arrive on the network threads
 * and leave them at once.
 */
public final class ControlServer implements AutoCloseable {
  private final Server server;

  private ControlServer(Server server) {
    this.server = server;
  }

  /**
   * Listens.
   *
   * @param address where; port 0 takes a free one
   * @throws BackupException IO_FAILURE when the port is taken
   */
  public static ControlServer start(
      InetSocketAddress address, CurrentIdentity identity, List<BindableService> services) {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(identity)
            .trustManager(PinnedAuthority.of(identity.get().authority()))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address, credentials.build())
            .directExecutor()
            .maxInboundMessageSize(StorageMethods.MAX_MESSAGE_BYTES)
            .flowControlWindow(StorageMethods.FLOW_WINDOW_BYTES)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS)
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .intercept(new PeerRoles());
    services.forEach(builder::addService);
    try {
      return new ControlServer(builder.build().start());
    } catch (IOException taken) {
      throw BackupException.causedBy(
          taken,
          ErrorCode.IO_FAILURE,
          "file",
          address.getHostString() + ":" + address.getPort(),
          "cause",
          String.valueOf(taken.getMessage()));
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls; those that run get a moment. */
  @Override
  public void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
  }
}
