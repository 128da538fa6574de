package io.holdfast.agent.testing;

import com.google.common.util.concurrent.UncheckedExecutionException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CurrentIdentity;
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

  private final TestAuthority authority = new TestAuthority();
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
    return new TestAgent(folder, platform, transport, poolId, Clock.systemUTC(), false);
  }

  /**
   * @param clock of the agent's sessions
   */
  public TestAgent(
      Path folder, TestPlatform platform, CountingTransport transport, UUID poolId, Clock clock) {
    this(folder, platform, transport, poolId, clock, true);
  }

  private TestAgent(
      Path folder,
      TestPlatform platform,
      CountingTransport transport,
      UUID poolId,
      Clock clock,
      boolean withPool) {
    StateFolder state = StateFolder.open(folder.resolve("state"));
    services =
        new AgentServices(
            new Connectors(List.of(platform), List.of(transport)),
            new FolderMedium(Clock.systemUTC()),
            state,
            clock);
    server =
        ControlServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new CurrentIdentity(authority.identity("agent", "agent")),
            services.all());
    channel =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + server.port(),
                TlsChannelCredentials.newBuilder()
                    .keyManager(new CurrentIdentity(authority.identity("server", "server")))
                    .trustManager(new TrustAny())
                    .build())
            .build();
    pool =
        PoolAccess.newBuilder()
            .setPoolId(poolId.toString())
            .setFolder(folder.resolve("pool").toString())
            .build();
    if (withPool) {
      createPool();
    }
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
