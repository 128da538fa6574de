package io.holdfast.server.restore;

import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.UUID;

/**
 * What a VM task of a restore says to the agent. Requests hold passwords: they are sent, never kept
 * or logged. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RestoreOrders {
  @Inject private RestoreRepository restores;
  @Inject private RestorePointRegister points;
  @Inject private PlatformConnections platforms;
  @Inject private PoolConnections pools;

  /** The request of a restore task, as it was ordered. */
  public RestoreRequest request(Facts facts) {
    RestoreDefinition definition = definition(facts.task().getId());
    return RestoreRequests.toProtocol(definition)
        .setSessionId(facts.task().getId().toString())
        .setPlatform(platforms.access(facts.run().getPlatformId()))
        .setPool(pools.access(facts.run().getPoolId()))
        .build();
  }

  /** The restore point a task restores; RESTORE_POINT_NOT_FOUND. */
  public RestorePoint point(UUID taskId) {
    String id = definition(taskId).restorePointId().toString();
    return points
        .find(new RestorePointId(id))
        .orElseThrow(() -> BackupException.of(ErrorCode.RESTORE_POINT_NOT_FOUND, "id", id));
  }

  /** What the task was told to do. */
  public RestoreDefinition definition(UUID taskId) {
    return restores
        .order(taskId)
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "restore order", "id", taskId))
        .definition();
  }
}
