package io.holdfast.agent.enrolment;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.enrolment.PinnedAuthority.UntrustedPeerException;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.security.cert.CertificateException;
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
  private final PinnedAuthority authority;
  private final ManagedChannel channel;

  private ServerChannel(ServerAddress server, PinnedAuthority authority, ManagedChannel channel) {
    this.server = server;
    this.authority = authority;
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
        authority,
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
      Optional<UntrustedPeerException> untrusted = untrustedPeer(failed);
      if (untrusted.isPresent()) {
        throw identityWrong(untrusted.get(), server, authority);
      }
      throw ErrorTrailer.toException(
          failed, ErrorCode.SERVER_UNREACHABLE, Map.of("address", server.toString()));
    }
  }

  /** SERVER_IDENTITY_WRONG with both fingerprints. */
  static BackupException identityWrong(
      CertificateException refused, ServerAddress server, PinnedAuthority authority) {
    String actual =
        refused instanceof UntrustedPeerException untrusted
            ? untrusted.actual()
            : refused.getMessage();
    return BackupException.causedBy(
        refused,
        ErrorCode.SERVER_IDENTITY_WRONG,
        "address",
        server,
        "actual",
        actual,
        "expected",
        authority.fingerprint());
  }

  private static Optional<UntrustedPeerException> untrustedPeer(Throwable failure) {
    for (Throwable link = failure; link != null; link = link.getCause()) {
      if (link instanceof UntrustedPeerException untrusted) {
        return Optional.of(untrusted);
      }
    }
    return Optional.empty();
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
