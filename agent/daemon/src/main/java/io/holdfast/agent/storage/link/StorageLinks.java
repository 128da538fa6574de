package io.holdfast.agent.storage.link;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.protocol.DedupMode;
import io.holdfast.agent.protocol.OpenPoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolHandle;
import io.holdfast.agent.protocol.PoolOpened;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.agent.transfer.GivenSecret;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.agent.transfer.PoolReach;
import io.holdfast.agent.transfer.PoolUse;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.key.KeySlots;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.store.TransferPool;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The way to pools: of this agent in the process, of other agents over one connection per storage
 * agent, which is closed when nobody uses it. Thread-safe.
 */
public final class StorageLinks implements PoolReach {
  private static final int DEFAULT_RECONNECT_SECONDS = 600;
  private static final int MAX_RECONNECT_SECONDS = 3600;
  private static final int DEFAULT_RESUME_MIB = 10;
  private static final int MAX_RESUME_MIB = 256;

  /** Who cannot be reached at the beginning is told so; the server tries again. */
  private static final Duration OPENING = Duration.ofSeconds(10);

  private final OpenPools own;
  private final CurrentIdentity identity;
  private final String agentId;
  private final Map<String, Shared> links = new HashMap<>();

  private static final class Shared {
    private final StorageLink link;
    private int users;

    private Shared(StorageLink link) {
      this.link = link;
    }
  }

  /**
   * @param own the pools of this agent
   * @param agentId of this agent: what the server says is here is not dialed
   */
  public StorageLinks(OpenPools own, CurrentIdentity identity, String agentId) {
    this.own = own;
    this.identity = identity;
    this.agentId = agentId;
  }

  @Override
  public PoolUse use(PoolAccess access, StorageLinkOptions options) {
    if (!isElsewhere(access)) {
      return own.use(access);
    }
    return reached(access, options, false);
  }

  private PoolUse reached(PoolAccess access, StorageLinkOptions options, boolean looking) {
    String key = key(access.getStorage());
    Shared shared = acquire(key, access.getStorage());
    boolean opened = false;
    try {
      PoolUse use = new Use(key, shared, opened(shared.link, access, options, looking));
      opened = true;
      return use;
    } finally {
      if (!opened) {
        release(key, shared);
      }
    }
  }

  @Override
  public PoolUse look(PoolAccess access, StorageLinkOptions options) {
    return isElsewhere(access) ? reached(access, options, true) : own.look(access);
  }

  @Override
  public boolean isElsewhere(PoolAccess access) {
    return access.hasStorage() && !access.getStorage().getAgentId().equals(agentId);
  }

  @Override
  public void abandonLater(PoolAccess access, String sessionId) {
    own.abandonLater(access, sessionId);
  }

  /** Without keys unless chunks are made or read. */
  private RemotePool opened(
      StorageLink link, PoolAccess access, StorageLinkOptions options, boolean looking) {
    int reconnectSeconds =
        within(options.getReconnectSeconds(), DEFAULT_RECONNECT_SECONDS, MAX_RECONNECT_SECONDS);
    LinkCalls calls = new LinkCalls(link, shorter(OPENING, Duration.ofSeconds(reconnectSeconds)));
    PoolOpened opened =
        calls.ask(
            StorageGrpc.getOpenPoolMethod(),
            OpenPoolRequest.newBuilder()
                .setGrant(grant(access.getStorage()))
                .setReconnectSeconds(reconnectSeconds)
                .build());
    calls.reconnectWithin(Duration.ofSeconds(reconnectSeconds));
    Optional<PoolKeys> keys =
        looking || !isLocked(access, opened) ? Optional.empty() : keys(calls, access, opened);
    PoolSettings settings =
        new PoolSettings(
            Ids.parse("pool_id", access.getPoolId()),
            opened.getName(),
            opened.getChunkBytes(),
            opened.getDedup() ? PoolKind.DEDUP : PoolKind.STANDARD,
            opened.getEncrypted());
    int resumeMib = within(options.getResumeBufferMib(), DEFAULT_RESUME_MIB, MAX_RESUME_MIB);
    return new RemotePool(
        calls,
        new RemotePool.Terms(
            opened.getHandle(),
            settings,
            keys,
            opened.getDedup() && options.getDedup() == DedupMode.DEDUP_AT_SERVER,
            resumeMib << 20));
  }

  /** Who was given a secret sends nothing in the clear, whatever the storage agent says. */
  private static boolean isLocked(PoolAccess access, PoolOpened opened) {
    return opened.getEncrypted()
        || access.getSecret().getWayCase()
            != io.holdfast.agent.protocol.PoolSecret.WayCase.WAY_NOT_SET;
  }

  private static Optional<PoolKeys> keys(LinkCalls calls, PoolAccess access, PoolOpened opened) {
    try {
      return Optional.of(keys(access, opened));
    } catch (BackupException locked) {
      PoolHandle handle = PoolHandle.newBuilder().setHandle(opened.getHandle()).build();
      try {
        calls.askOnce(StorageGrpc.getClosePoolMethod(), handle, OPENING);
      } catch (BackupException unreachable) {
        locked.addSuppressed(unreachable);
      }
      throw locked;
    }
  }

  /** Unwrapped here, with the secret that came with the call: the storage agent never sees it. */
  private static PoolKeys keys(PoolAccess access, PoolOpened opened) {
    try (PoolSecret secret =
        GivenSecret.of(access.getSecret())
            .orElseThrow(
                () ->
                    BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", access.getFolder()))) {
      UUID poolId = Ids.parse("pool_id", access.getPoolId());
      return KeySlots.unwrap(poolId, opened.getKeySlotsList(), secret)
          .orElseThrow(
              () -> BackupException.of(ErrorCode.POOL_KEY_WRONG, "folder", access.getFolder()));
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static int within(int told, int otherwise, int most) {
    return told <= 0 ? otherwise : Math.min(told, most);
  }

  private static SignedGrant grant(StorageAddress address) {
    try {
      return SignedGrant.parseFrom(address.getGrant());
    } catch (InvalidProtocolBufferException unreadable) {
      throw BackupException.causedBy(
          unreadable,
          ErrorCode.INVALID_VALUE,
          "field",
          "grant",
          "value",
          "-",
          "expected",
          "a SignedGrant");
    }
  }

  private static String key(StorageAddress address) {
    return address.getAgentId() + " " + address.getAddress() + " " + address.getPort();
  }

  private synchronized Shared acquire(String key, StorageAddress address) {
    Shared shared =
        links.computeIfAbsent(
            key, absent -> new Shared(new StorageLink(address, identity, hostName())));
    shared.users++;
    return shared;
  }

  private void release(String key, Shared shared) {
    synchronized (this) {
      if (--shared.users > 0) {
        return;
      }
      links.remove(key, shared);
    }
    shared.link.close();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }

  /** One use of a pool of another agent. */
  private final class Use implements PoolUse {
    private final String key;
    private final Shared shared;
    private final RemotePool pool;
    private boolean closed;

    private Use(String key, Shared shared, RemotePool pool) {
      this.key = key;
      this.shared = shared;
      this.pool = pool;
    }

    @Override
    public TransferPool pool() {
      return pool;
    }

    @Override
    public TransferResources resources(TransferResources mine) {
      return shared.link.resources(mine);
    }

    @Override
    public boolean isWaiting() {
      return pool.calls().isWaiting();
    }

    @Override
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      pool.close();
      release(key, shared);
    }
  }
}
