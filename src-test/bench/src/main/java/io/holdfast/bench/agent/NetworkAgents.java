package io.holdfast.bench.agent;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.bench.Workspace;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * A backup host and a storage agent, a process each, that speak mTLS over loopback. Used by one
 * thread.
 */
public final class NetworkAgents implements AutoCloseable {
  private static final String HOST = "host";
  private static final String STORE = "store";
  private static final long GRANT_MILLIS = 3_600_000;

  private final BenchAuthority authority = new BenchAuthority();
  private final Clock clock = Clock.systemUTC();
  private final AgentProcess store;
  private final AgentProcess host;

  /** Starts both; returns when they can be called. */
  public NetworkAgents(Workspace workspace, Path vms, List<String> javaOptions) {
    store = AgentProcess.start(authority, STORE, workspace, vms, javaOptions);
    host = AgentProcess.start(authority, HOST, workspace, vms, javaOptions);
  }

  public AgentProcess host() {
    return host;
  }

  public AgentProcess store() {
    return store;
  }

  /** What the server would tell the backup host of a pool of the storage agent. */
  public PoolAccess route(PoolAccess pool, String session, List<String> points) {
    StorageGrant grant =
        StorageGrant.newBuilder()
            .setStorageAgentId(STORE)
            .setPeerAgentId(HOST)
            .setPoolId(pool.getPoolId())
            .setFolder(pool.getFolder())
            .setSessionId(session)
            .addAllRestorePointIds(points)
            .setExpiresEpochMillis(clock.millis() + GRANT_MILLIS)
            .build();
    return pool.toBuilder()
        .setStorage(
            StorageAddress.newBuilder()
                .setAgentId(STORE)
                .setName(STORE)
                .setAddress("127.0.0.1")
                .setPort(store.port())
                .setGrant(authority.sign(grant)))
        .build();
  }

  /** Processor seconds that both have used. */
  public double cpuSeconds() {
    return host.cpuSeconds() + store.cpuSeconds();
  }

  @Override
  public void close() {
    host.close();
    store.close();
  }
}
