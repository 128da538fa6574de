package io.holdfast.agent.testing;

import com.google.common.util.concurrent.UncheckedExecutionException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.BackupSessionsGrpc;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.RestoreSessionsGrpc;
import io.holdfast.agent.protocol.UpkeepGrpc;
import io.holdfast.agent.protocol.errors.ErrorTrailer;
import io.holdfast.agent.server.AgentServices;
import io.holdfast.agent.server.ControlServer;
import io.holdfast.agent.transfer.FolderMedium;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformDriver;
import io.holdfast.source.spi.DiskTransport;
import io.holdfast.toolkit.TrustingTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * An agent without its process: real services behind a real control server on loopback, real pool,
 * the {@link TestPlatform}. Closing and making it anew on the same folder is a restart.
 */
public final class TestAgent implements AutoCloseable {
  public static final int CHUNK_BYTES = 1 << 16;

  private final AgentServices services;
  private final ControlServer server;
  private final ManagedChannel channel;
  private final PoolAccess pool;

  public TestAgent(Path folder, TestPlatform platform, CountingTransport transport, UUID poolId) {
    this(folder, platform, transport, poolId, Clock.systemUTC());
  }

  /** An agent whose pool is not there, and is not made. */
  public static TestAgent withoutPool(
      Path folder, TestPlatform platform, CountingTransport transport, UUID poolId) {
    return new TestAgent(
        new Site(folder, platform, transport, Clock.systemUTC()), pool(folder, poolId), false);
  }

  /**
   * @param clock of the agent's sessions
   */
  public TestAgent(
      Path folder, TestPlatform platform, CountingTransport transport, UUID poolId, Clock clock) {
    this(new Site(folder, platform, transport, clock), pool(folder, poolId), true);
  }

  /**
   * One of several agents of an authority; its pool may be another's, and is not made.
   *
   * @param name common name of its certificate
   */
  public static TestAgent named(TestAuthority authority, String name, Site site, PoolAccess pool) {
    return new TestAgent(authority, name, site, pool, 0);
  }

  /** Where an agent is and what it sees. */
  public record Site(Path folder, PlatformDriver platform, DiskTransport transport, Clock clock) {}

  /** An agent of any platform, with a pool of its own. */
  public static TestAgent of(Site site, UUID poolId) {
    return new TestAgent(site, pool(site.folder(), poolId), true);
  }

  private static PoolAccess pool(Path folder, UUID poolId) {
    return PoolAccess.newBuilder()
        .setPoolId(poolId.toString())
        .setFolder(folder.resolve("pool").toString())
        .build();
  }

  private TestAgent(Site site, PoolAccess pool, boolean withPool) {
    this(new TestAuthority(), "agent", site, pool, 0);
    if (withPool) {
      createPool();
    }
  }

  private TestAgent(TestAuthority authority, String name, Site site, PoolAccess pool, int port) {
    this.pool = pool;
    StateFolder state = StateFolder.open(site.folder().resolve("state"));
    CurrentIdentity identity = new CurrentIdentity(authority.identity(name, "agent"));
    services =
        new AgentServices(
            new Connectors(List.of(site.platform()), List.of(site.transport())),
            new FolderMedium(Clock.systemUTC()),
            state,
            identity,
            site.clock());
    server =
        ControlServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            identity,
            services.all());
    channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(new CurrentIdentity(authority.identity("server", "server")))
                    .trustManager(new TrustingTls())
                    .build())
            .build();
  }

  /** The port of its control server. */
  public int port() {
    return server.port();
  }

  private void createPool() {
    pools()
        .createPool(
            CreatePoolRequest.newBuilder()
                .setPool(pool)
                .setName("test")
                .setChunkBytes(CHUNK_BYTES)
                .build());
  }

  public PoolAccess pool() {
    return pool;
  }

  public PoolsGrpc.PoolsBlockingStub pools() {
    return PoolsGrpc.newBlockingStub(channel);
  }

  public UpkeepGrpc.UpkeepBlockingStub upkeep() {
    return UpkeepGrpc.newBlockingStub(channel);
  }

  public BackupSessionsGrpc.BackupSessionsBlockingStub backups() {
    return BackupSessionsGrpc.newBlockingStub(channel);
  }

  public BackupSessionsGrpc.BackupSessionsFutureStub backupsAsync() {
    return BackupSessionsGrpc.newFutureStub(channel);
  }

  public RestoreSessionsGrpc.RestoreSessionsBlockingStub restores() {
    return RestoreSessionsGrpc.newBlockingStub(channel);
  }

  /** Its control port as another peer sees it. */
  public static ManagedChannel dial(int port, Identity peer) {
    return Grpc.newChannelBuilder(
            "127.0.0.1:" + port,
            TlsChannelCredentials.newBuilder()
                .keyManager(new CurrentIdentity(peer))
                .trustManager(new TrustingTls())
                .build())
        .build();
  }

  /** The error a call ends with, as the server reads it. */
  public static BackupException errorOf(Supplier<?> call) {
    try {
      Object answer = call.get();
      throw new AssertionError("no error but " + answer);
    } catch (StatusRuntimeException failed) {
      return ErrorTrailer.toException(failed, ErrorCode.AGENT_UNREACHABLE, Map.of());
    } catch (UncheckedExecutionException failed) {
      return ErrorTrailer.toException(failed.getCause(), ErrorCode.AGENT_UNREACHABLE, Map.of());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    services.close();
  }
}
