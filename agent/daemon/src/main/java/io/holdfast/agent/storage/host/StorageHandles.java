package io.holdfast.agent.storage.host;

import io.holdfast.agent.protocol.OpenPoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolOpened;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handles that other agents have on pools of this one. A handle belongs to the agent that
 * opened it; one that is not used for longer than its reconnect time is closed. Thread-safe.
 */
public final class StorageHandles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageHandles.class);
  private static final Duration GRACE = Duration.ofMinutes(5);
  private static final int MAX_RECONNECT_SECONDS = 3600;

  private final OpenPools pools;
  private final GrantCheck grants;
  private final Clock clock;
  private final Map<String, StorageHandle> open = new ConcurrentHashMap<>();

  public StorageHandles(OpenPools pools, GrantCheck grants, Clock clock) {
    this.pools = pools;
    this.grants = grants;
    this.clock = clock;
  }

  /**
   * Opens a pool for a peer.
   *
   * @throws BackupException STORAGE_REFUSED, POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE
   */
  public PoolOpened open(String peer, OpenPoolRequest request) {
    StorageGrant grant = grants.check(peer, request.getGrant());
    PoolAccess access =
        PoolAccess.newBuilder()
            .setPoolId(grant.getPoolId())
            .setFolder(grant.getFolder())
            .setPoolName(grant.getPoolName())
            .setQuotaBytes(grant.getQuotaBytes())
            .build();
    int reconnectSeconds =
        Math.max(0, Math.min(MAX_RECONNECT_SECONDS, request.getReconnectSeconds()));
    StorageHandle handle =
        new StorageHandle(
            grant,
            reason -> grants.refused(peer, reason),
            pools.look(access),
            Duration.ofSeconds(reconnectSeconds).plus(GRACE),
            clock);
    String id = UUID.randomUUID().toString();
    open.put(id, handle);
    LOG.info("Pool {} is open for agent {}", grant.getFolder(), peer);
    PoolSettings settings = handle.pool().settings();
    return PoolOpened.newBuilder()
        .setHandle(id)
        .setName(settings.name())
        .setChunkBytes(settings.chunkBytes())
        .setDedup(settings.kind() == PoolKind.DEDUP)
        .setEncrypted(!handle.pool().wrappedKeys().isEmpty())
        .addAllKeySlots(handle.pool().wrappedKeys())
        .build();
  }

  /**
   * The handle of a call.
   *
   * @throws BackupException SESSION_NOT_OPEN for one that this process does not know (any more),
   *     STORAGE_REFUSED for another peer's
   */
  public StorageHandle of(String peer, String handle) {
    StorageHandle found = open.get(handle);
    if (found == null) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", handle);
    }
    if (!found.grant().getPeerAgentId().equals(peer)) {
      throw grants.refused(peer, "the handle is another agent's");
    }
    found.use();
    return found;
  }

  /** Closes a handle, if it is there and the peer's. */
  public void close(String peer, String handle) {
    StorageHandle found = open.get(handle);
    if (found != null
        && found.grant().getPeerAgentId().equals(peer)
        && open.remove(handle, found)) {
      found.close();
    }
  }

  /** Closes handles that were not used for a while; called from time to time. */
  public void closeIdle() {
    Instant now = clock.instant();
    for (Map.Entry<String, StorageHandle> entry : open.entrySet()) {
      StorageHandle handle = entry.getValue();
      if (handle.isIdle(now) && open.remove(entry.getKey(), handle)) {
        LOG.info(
            "Agent {} did not come back to pool {}",
            handle.grant().getPeerAgentId(),
            handle.grant().getFolder());
        handle.close();
      }
    }
  }

  /** Closes all handles; sessions stay resumable. */
  @Override
  public void close() {
    open.values().forEach(StorageHandle::close);
    open.clear();
  }
}
