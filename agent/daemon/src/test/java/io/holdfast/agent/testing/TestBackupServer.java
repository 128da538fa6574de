package io.holdfast.agent.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.PinnedAuthority;
import io.holdfast.agent.enrolment.ServerAddress;
import io.holdfast.agent.protocol.EnrolRequest;
import io.holdfast.agent.protocol.EnrolResponse;
import io.holdfast.agent.protocol.EnrolmentGrpc;
import io.holdfast.agent.protocol.HeartbeatRequest;
import io.holdfast.agent.protocol.HeartbeatResponse;
import io.holdfast.agent.protocol.RegistryGrpc;
import io.holdfast.agent.protocol.RenewRequest;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** The agent-facing side of a backup server: enrols, hears heartbeats, renews. */
public final class TestBackupServer implements AutoCloseable {
  private final TestAuthority authority;
  private final String secret;
  private final Duration certificateLife;
  private final Server server;
  private final BlockingQueue<HeartbeatRequest> beats = new LinkedBlockingQueue<>();
  private final BlockingQueue<X509Certificate> renewed = new LinkedBlockingQueue<>();
  private final CountDownLatch goodbye = new CountDownLatch(1);

  /** Listens on a free loopback port. */
  public TestBackupServer(TestAuthority authority, String secret, Duration certificateLife)
      throws IOException {
    this.authority = authority;
    this.secret = secret;
    this.certificateLife = certificateLife;
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(new CurrentIdentity(authority.identity("server", "server")))
            .trustManager(PinnedAuthority.of(authority.certificate()))
            .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL);
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials.build())
            .addService(new Enrolment())
            .addService(new Registry())
            .build()
            .start();
  }

  public ServerAddress address() {
    return new ServerAddress("127.0.0.1", server.getPort());
  }

  public BlockingQueue<HeartbeatRequest> beats() {
    return beats;
  }

  public BlockingQueue<X509Certificate> renewed() {
    return renewed;
  }

  /** Released when an agent has said goodbye. */
  public CountDownLatch goodbye() {
    return goodbye;
  }

  private EnrolResponse signed(ByteString request) {
    X509Certificate leaf = authority.sign(request.toByteArray(), certificateLife);
    renewed.add(leaf);
    try {
      return EnrolResponse.newBuilder()
          .addCertificateChain(ByteString.copyFrom(leaf.getEncoded()))
          .addCertificateChain(ByteString.copyFrom(authority.certificate().getEncoded()))
          .setHeartbeatSeconds(1)
          .build();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Enrolment extends EnrolmentGrpc.EnrolmentImplBase {
    @Override
    public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> observer) {
      if (!request.getAccessKey().equals(authority.accessKey(secret))) {
        observer.onError(ErrorTrailer.toStatus(BackupException.of(ErrorCode.ACCESS_KEY_REFUSED)));
        return;
      }
      observer.onNext(signed(request.getCertificateSigningRequest()));
      observer.onCompleted();
    }
  }

  private final class Registry extends RegistryGrpc.RegistryImplBase {
    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
      beats.add(request);
      observer.onNext(HeartbeatResponse.newBuilder().setHeartbeatSeconds(1).build());
      observer.onCompleted();
    }

    @Override
    public void renewCertificate(RenewRequest request, StreamObserver<EnrolResponse> observer) {
      observer.onNext(signed(request.getCertificateSigningRequest()));
      observer.onCompleted();
    }

    @Override
    public void goodbye(Empty request, StreamObserver<Empty> observer) {
      goodbye.countDown();
      observer.onNext(request);
      observer.onCompleted();
    }
  }
}
