package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolKind;
import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.agent.protocol.StorageLinkOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/**
 * A backup host and a storage agent with certificates of one authority, a proxy between them. The
 * storage agent has the pool and sees no platform disks; the backup host has the disks.
 */
public final class TwoAgents implements AutoCloseable {
  public static final String HOST = "host-1";
  public static final String STORE = "store-1";

  private final TestAuthority authority = new TestAuthority();
  private final UUID poolId = UUID.randomUUID();
  private final Path folder;
  private final TestPlatform platform;
  private final CountingTransport transport;
  private final PoolAccess stored;
  private final CutProxy proxy;
  private TestAgent store;
  private TestAgent host;

  public TwoAgents(Path folder, TestPlatform platform, CountingTransport transport, PoolKind kind) {
    this(folder, platform, transport, kind, PoolSecret.getDefaultInstance());
  }

  /**
   * @param secret of an encrypted pool; empty: it is not
   */
  public TwoAgents(
      Path folder,
      TestPlatform platform,
      CountingTransport transport,
      PoolKind kind,
      PoolSecret secret) {
    this.folder = folder;
    this.platform = platform;
    this.transport = transport;
    this.stored =
        PoolAccess.newBuilder()
            .setPoolId(poolId.toString())
            .setFolder(folder.resolve("store/pool").toString())
            .setSecret(secret)
            .build();
    this.store = agent(STORE, "store");
    this.proxy = new CutProxy(store.port());
    this.host = agent(HOST, "host");
    store
        .pools()
        .createPool(
            CreatePoolRequest.newBuilder()
                .setPool(stored)
                .setName("test")
                .setChunkBytes(TestAgent.CHUNK_BYTES)
                .setKind(kind)
                .setEncrypted(secret.getWayCase() != PoolSecret.WayCase.WAY_NOT_SET)
                .build());
  }

  private TestAgent agent(String name, String own) {
    Path home = folder.resolve(own);
    if (!home.toFile().isDirectory() && !home.toFile().mkdirs()) {
      throw new IllegalStateException("cannot make " + home);
    }
    return TestAgent.named(
        authority, name, new TestAgent.Site(home, platform, transport, Clock.systemUTC()), stored);
  }

  public TestAuthority authority() {
    return authority;
  }

  public CutProxy proxy() {
    return proxy;
  }

  public TestAgent host() {
    return host;
  }

  public TestAgent store() {
    return store;
  }

  /** The storage agent goes and comes back; nothing of what it held in memory survives. */
  public void restartStore() {
    proxy.cut(false);
    store.close();
    store = agent(STORE, "store");
    proxy.target(store.port());
    proxy.reopen();
  }

  /** The backup host is started anew. */
  public void restartHost() {
    host.close();
    host = agent(HOST, "host");
  }

  /** What the server lets the backup host do. */
  public StorageGrant grant(String sessionId, List<String> points) {
    return StorageGrant.newBuilder()
        .setStorageAgentId(STORE)
        .setPeerAgentId(HOST)
        .setPoolId(poolId.toString())
        .setFolder(stored.getFolder())
        .setSessionId(sessionId)
        .addAllRestorePointIds(points)
        .setExpiresEpochMillis(Clock.systemUTC().millis() + 60_000)
        .build();
  }

  /** The pool as the backup host is told of it. */
  public PoolAccess access(StorageGrant grant) {
    return stored.toBuilder()
        .setStorage(
            StorageAddress.newBuilder()
                .setAgentId(STORE)
                .setName("Store")
                .setAddress("127.0.0.1")
                .setPort(proxy.port())
                .setGrant(authority.sign(grant)))
        .build();
  }

  /** A backup over the network; the base, when there is one, may be read. */
  public BackupRequest.Builder backup(String vmId, BackupType type, String base) {
    BackupRequest.Builder request = new BackupDriver(host).request(vmId, type, base);
    List<String> points = base.isEmpty() ? List.of() : List.of(base);
    return request
        .setPool(access(grant(request.getSessionId(), points)))
        .setPreviousRestorePointId(base)
        .setStorageLink(StorageLinkOptions.newBuilder().setReconnectSeconds(20));
  }

  /** A restore over the network. */
  public RestoreRequest.Builder restore(RestoreRequest.Builder request, RestorePointSummary point) {
    return request
        .setPool(access(grant("", List.of(point.getRestorePointId()))))
        .setStorageLink(StorageLinkOptions.newBuilder().setReconnectSeconds(20));
  }

  @Override
  public void close() {
    host.close();
    proxy.close();
    store.close();
  }
}
