package io.holdfast.agent.enrolment;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.HeartbeatResponse;
import io.holdfast.agent.protocol.RegistryGrpc;
import io.holdfast.agent.protocol.RenewRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server regularly that this agent is there and what it is, and renews the certificate
 * when a third of its life is left. Runs on a thread of its own, so that no disk or platform can
 * delay it. A server that is away is asked again after 1, 2, 4… s, at most the heartbeat time.
 * AGT-05.
 */
public final class Heartbeats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
  private static final int TIME_LIMIT_SECONDS = 10;
  private static final int DEFAULT_SECONDS = 15;
  private static final int FAILURES_A_CHANNEL = 3;

  private final StateFolder state;
  private final ServerAddress server;
  private final CurrentIdentity identity;
  private final Supplier<AgentDescription> description;
  private final Clock clock;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread = new Thread(this::beat, "holdfast-heartbeat");
  private ServerChannel channel;
  private int failures;
  private int heartbeatSeconds = DEFAULT_SECONDS;

  public Heartbeats(
      StateFolder state,
      ServerAddress server,
      CurrentIdentity identity,
      Supplier<AgentDescription> description,
      Clock clock) {
    this.state = state;
    this.server = server;
    this.identity = identity;
    this.description = description;
    this.clock = clock;
    this.channel = opened();
  }

  private ServerChannel opened() {
    return ServerChannel.open(
        server, PinnedAuthority.of(identity.get().authority()), Optional.of(identity));
  }

  /** Begins; the first beat is sent at once. */
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void beat() {
    try {
      do {
        beatOnce();
      } while (!stopped.await(pauseSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void beatOnce() {
    try {
      HeartbeatResponse response =
          channel.call(
              open ->
                  RegistryGrpc.newBlockingStub(open)
                      .withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                      .heartbeat(
                          HeartbeatRequest.newBuilder().setDescription(description.get()).build()));
      heartbeatSeconds = Math.max(1, response.getHeartbeatSeconds());
      succeeded();
      renewIfDue();
    } catch (BackupException failed) {
      failed(failed);
    } catch (RuntimeException defect) {
      // Whatever it is, an agent that stops beating would be lost to its server.
      failed(BackupException.causedBy(defect, ErrorCode.INTERNAL_ERROR, "what", defect));
    }
  }

  private void succeeded() {
    if (failures > 0 || state.read(ConnectionState.FILE).isEmpty()) {
      LOG.info("The server {} answers", server);
    }
    failures = 0;
    ConnectionState.write(state, clock.instant(), "");
  }

  private void failed(BackupException failure) {
    if (failures == 0) {
      LOG.warn("No heartbeat: {}", failure.getMessage());
      ConnectionState.write(state, clock.instant(), failure.getMessage());
    }
    failures++;
    if (failures % FAILURES_A_CHANNEL == 0) {
      // A connection that died silently would be kept until TCP gives up, a quarter of an hour.
      channel.close();
      channel = opened();
    }
  }

  private long pauseSeconds() {
    return failures == 0
        ? heartbeatSeconds
        : Math.min(heartbeatSeconds, 1L << Math.min(failures - 1, 10));
  }

  private void renewIfDue() {
    Identity current = identity.get();
    if (!renewalDue(current.certificate(), clock.instant())) {
      return;
    }
    KeyPair keys = SigningRequest.keyPair(state);
    EnrolResponse response =
        channel.call(
            open ->
                RegistryGrpc.newBlockingStub(open)
                    .withDeadlineAfter(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .renewCertificate(
                        RenewRequest.newBuilder()
                            .setCertificateSigningRequest(
                                ByteString.copyFrom(SigningRequest.encoded(keys, state.agentId())))
                            .build()));
    Identity renewed =
        Enroller.accepted(response, keys, PinnedAuthority.of(current.authority()), server);
    renewed.storeChain(state);
    identity.replace(renewed);
    LOG.info("Certificate renewed until {}", renewed.certificate().getNotAfter());
  }

  /** Whether less than a third of the certificate's life is left. */
  static boolean renewalDue(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    return now.isAfter(until.minus(Duration.between(from, until).dividedBy(3)));
  }

  /** Stops and, if the server was there at the last beat, says goodbye. */
  @Override
  public void close() {
    stopped.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failures == 0) {
      sayGoodbye();
    }
    channel.close();
  }

  private void sayGoodbye() {
    try {
      Empty answered =
          channel.call(
              open ->
                  RegistryGrpc.newBlockingStub(open)
                      .withDeadlineAfter(2, TimeUnit.SECONDS)
                      .goodbye(Empty.getDefaultInstance()));
      LOG.debug("The server knows that this agent goes: {}", answered);
    } catch (BackupException unheard) {
      LOG.info("The server did not hear the goodbye: {}", unheard.getMessage());
    }
  }
}
