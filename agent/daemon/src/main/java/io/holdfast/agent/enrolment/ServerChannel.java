package io.holdfast.agent.enrolment;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.X509KeyManager;

/**
 * A connection to the backup server, TLS always, the server known by its pinned CA. Reconnects by
 * itself; thread-safe.
 */
final class ServerChannel implements AutoCloseable {
  private final ServerAddress server;
  private final ManagedChannel channel;

  private ServerChannel(ServerAddress server, ManagedChannel channel) {
    this.server = server;
    this.channel = channel;
  }

  /** Opens without sending anything; {@code keys} is empty before enrolment. */
  static ServerChannel open(
      ServerAddress server, PinnedAuthority authority, Optional<X509KeyManager> keys) {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(authority);
    keys.ifPresent(credentials::keyManager);
    return new ServerChannel(
        server,
        Grpc.newChannelBuilder(server.toString(), credentials.build()).directExecutor().build());
  }

  /**
   * Asks once. Before that the channel's own back-off is dropped: how often to try is the caller's
   * to say.
   *
   * @throws BackupException the server's error; SERVER_IDENTITY_WRONG, SERVER_UNREACHABLE
   */
  <T> T call(Function<ManagedChannel, T> question) {
    channel.resetConnectBackoff();
    try {
      return question.apply(channel);
    } catch (StatusRuntimeException failed) {
      if (causedByUntrustedPeer(failed)) {
        throw BackupException.causedBy(
            failed, ErrorCode.SERVER_IDENTITY_WRONG, "server", server.toString());
      }
      throw ErrorTrailer.toException(
          failed, ErrorCode.SERVER_UNREACHABLE, Map.of("server", server.toString()));
    }
  }

  private static boolean causedByUntrustedPeer(Throwable failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof PinnedAuthority.UntrustedPeerException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    channel.shutdown();
    try {
      if (!channel.awaitTermination(2, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      channel.shutdownNow();
    }
  }
}
