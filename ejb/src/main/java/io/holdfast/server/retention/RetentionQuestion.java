package io.holdfast.server.retention;

import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionRequest;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.restore.RestoreRepository;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.TaskRepository;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.VmTask;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Asks a pool what retention keeps of one VM's restore points in one job, or has it applied. Days,
 * weeks and months are those of this server's place. Asks agents: never inside a transaction.
 * Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RetentionQuestion {
  private static final Set<TaskState> LIVING =
      EnumSet.complementOf(EnumSet.copyOf(TaskState.ended()));

  @Inject private RestorePointRepository points;
  @Inject private TaskRepository tasks;
  @Inject private RestoreRepository restores;
  @Inject private PoolConnections pools;
  @Inject private AgentGateway gateway;
  @Inject private ShortTransaction transaction;

  /**
   * Whose restore points.
   *
   * @param pool where they lie
   * @param policyId the job they came from
   * @param vm of what
   */
  public record Subject(PoolId pool, UUID policyId, VmRef vm) {}

  /** What would happen; changes nothing. Errors of the agent. */
  public RetentionReport ask(Subject subject, Retention retention) {
    return send(subject, retention, Optional.empty());
  }

  /**
   * Does it. May be repeated. Errors of the agent.
   *
   * @param newPoint gets the immutable period
   */
  public RetentionReport apply(Subject subject, Retention retention, UUID newPoint) {
    return send(subject, retention, Optional.of(newPoint));
  }

  private RetentionReport send(Subject subject, Retention retention, Optional<UUID> newPoint) {
    StoragePool pool = pools.pool(subject.pool());
    RetentionRequest.Builder request =
        RetentionRequest.newBuilder()
            .setPool(pools.access(pool.id()))
            .setRules(retention.toProtocol(ZoneId.systemDefault()))
            .setApply(newPoint.isPresent())
            .setNewRestorePointId(newPoint.map(UUID::toString).orElse(""));
    transaction.run(
        () -> {
          request.addAllRestorePointIds(ids(subject)).addAllSparedRestorePointIds(waitedFor());
          request.setNewestBackupSucceeded(newestSucceeded(subject));
        });
    return gateway.upkeep(pool.agent()).applyRetention(request.build());
  }

  private List<String> ids(Subject subject) {
    return points.ofJob(subject.pool(), subject.policyId().toString(), subject.vm()).stream()
        .map(RestorePoint::id)
        .map(Object::toString)
        .toList();
  }

  /** Restore points of another server or an import have no task: their newest one did succeed. */
  private boolean newestSucceeded(Subject subject) {
    return tasks
        .latestBackup(subject.policyId(), subject.vm())
        .map(VmTask::isAccomplished)
        .orElse(true);
  }

  /** Restore points that a restore in the queue or under way needs. */
  List<String> waitedFor() {
    return tasks.inStates(LIVING).stream()
        .filter(task -> task.getKind() == RunKind.RESTORE)
        .map(task -> restores.order(task.getId()))
        .flatMap(Optional::stream)
        .map(order -> order.definition().restorePointId().toString())
        .distinct()
        .toList();
  }
}
