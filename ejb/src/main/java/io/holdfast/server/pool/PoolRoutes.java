package io.holdfast.server.pool;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.SignedGrant;
import io.holdfast.agent.protocol.StorageAddress;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.server.agent.Agent;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentRegistry;
import io.holdfast.server.agent.CertificateAuthority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;

/**
 * How a backup host reaches a pool: in its own process, or on the storage agent that holds it, for
 * which it gets a grant signed by our CA. A grant names one session and the restore points that may
 * be read, and lasts for as long as the call may take to begin. No permission is asked here: the
 * caller has asked for the operation it serves. Thread-safe.
 */
@ApplicationScoped
public class PoolRoutes {
  private static final Duration GRANT_LIFE = Duration.ofHours(1);

  @Inject PoolConnections pools;
  @Inject AgentRegistry agents;
  @Inject CertificateAuthority authority;
  @Inject Clock clock;

  /**
   * The pool as a backup host is told of it. NOT_FOUND, AGENT_UNKNOWN.
   *
   * @param host backup host
   * @param sessionId the one session that may be written; empty: none
   * @param restorePointIds that may be read; empty texts are none
   */
  public PoolAccess access(
      PoolId id, AgentId host, String sessionId, Collection<String> restorePointIds) {
    StoragePool pool = pools.pool(id);
    PoolAccess access = pools.access(id);
    if (pool.agent().equals(host)) {
      return access;
    }
    Agent storage = agents.requireKnown(pool.agent());
    StorageGrant.Builder grant =
        StorageGrant.newBuilder()
            .setStorageAgentId(pool.agent().value())
            .setPeerAgentId(host.value())
            .setPoolId(id.value())
            .setFolder(pool.folder())
            .setPoolName(access.getPoolName())
            .setQuotaBytes(access.getQuotaBytes())
            .setSessionId(sessionId)
            .setExpiresEpochMillis(clock.instant().plus(GRANT_LIFE).toEpochMilli());
    restorePointIds.stream()
        .filter(point -> !point.isEmpty())
        .distinct()
        .forEach(grant::addRestorePointIds);
    return access.toBuilder()
        .setStorage(
            StorageAddress.newBuilder()
                .setAgentId(pool.agent().value())
                .setName(storage.hostName())
                .setAddress(storage.control().address())
                .setPort(storage.control().port())
                .setGrant(signed(grant.build())))
        .build();
  }

  private ByteString signed(StorageGrant grant) {
    ByteString text = grant.toByteString();
    return SignedGrant.newBuilder()
        .setGrant(text)
        .setSignature(authority.signGrant(text))
        .build()
        .toByteString();
  }
}
