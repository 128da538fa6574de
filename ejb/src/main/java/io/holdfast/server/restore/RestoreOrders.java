package io.holdfast.server.restore;

import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.pool.PoolRoutes;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.VmTask;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
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
  @Inject private PoolRoutes pools;

  /**
   * The request of a restore task, as it was ordered. The VM that may be replaced is the one that
   * stood in the plan when the restore was confirmed.
   */
  public RestoreRequest request(Facts facts) {
    RestoreDefinition definition = definition(facts.task().getId());
    return RestoreRequests.toProtocol(definition)
        .setSessionId(facts.task().getId().toString())
        .setOverwriteVmId(confirmed(definition, facts.task()))
        .setPlatform(platforms.access(facts.run().getPlatformId(), facts.run().getAgentId()))
        .setPool(
            pools.access(
                facts.run().getPoolId(),
                facts.run().getAgentId(),
                "",
                List.of(definition.restorePointId().toString())))
        .setStorageLink(
            facts
                .run()
                .getOptions()
                .poolLink()
                .toProtocol(facts.run().getOptions().reconnectMinutes()))
        .setLimits(facts.run().limits().toProtocol(facts.run().getJobId().toString()))
        .build();
  }

  private static String confirmed(RestoreDefinition definition, VmTask task) {
    boolean replaces =
        definition.mode() == RestoreMode.NEW_VM && definition.options().behaviour().overwrite();
    return replaces ? task.getVmId() : "";
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
