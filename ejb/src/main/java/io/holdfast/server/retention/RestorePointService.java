package io.holdfast.server.retention;

import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.ProtectPointRequest;
import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.agent.protocol.RemovePointRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointDeleted;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.restore.RestoreJob;
import io.holdfast.server.restore.RestoreRepository;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Restore points deleted and protected by hand (POOL-09, POOL-10): the pool first, then the row; a
 * crash in between is made good when the catalog follows the pool. Asks agents: not in a
 * transaction. Thread-safe.
 *
 * <p>Errors of all methods: RESTORE_POINT_NOT_FOUND, FORBIDDEN by the caller's role, errors of the
 * pool's agent.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RestorePointService {
  @Inject private RestorePointRepository points;
  @Inject private RestoreRepository restores;
  @Inject private RetentionQuestion question;
  @Inject private RetentionService retention;
  @Inject private PoolConnections pools;
  @Inject private AgentGateway gateway;
  @Inject private AccessPolicy access;
  @Inject private AuditService audit;
  @Inject private ShortTransaction transaction;
  @Inject private Event<RestorePointDeleted> deleted;
  @Inject private Clock clock;

  /** What deleting would mean; changes nothing. Needs RESTORE_POINT_VIEW. */
  public Removal preview(RestorePointId id) {
    access.require(Permission.RESTORE_POINT_VIEW, ref(id));
    RestorePoint point = found(id);
    List<RestorePoint> dependants = transaction.call(() -> points.basedOn(id));
    VmRef vm = new VmRef(point.platformId(), point.vmId());
    boolean newest =
        transaction
            .call(() -> points.newest(point.pool(), vm, Optional.empty()))
            .filter(latest -> latest.id().equals(id))
            .isPresent();
    List<String> restoreJobs =
        transaction.call(
            () -> restores.using(id.value()).stream().map(RestoreJob::getName).toList());
    return new Removal(point, dependants, newest, restoreJobs, freed(point), refusal(point));
  }

  private Optional<RemovalPreview> freed(RestorePoint point) {
    try {
      return Optional.of(retention.measure(point.pool(), List.of(point.id())));
    } catch (BackupException notMeasured) {
      return Optional.empty();
    }
  }

  private Optional<BackupException> refusal(RestorePoint point) {
    Instant now = clock.instant();
    if (point.held()) {
      return Optional.of(BackupException.of(ErrorCode.POINT_PROTECTED, "id", point.id()));
    }
    if (point.immutableUntil().filter(now::isBefore).isPresent()) {
      return Optional.of(
          BackupException.of(
              ErrorCode.POINT_IMMUTABLE, "id", point.id(), "until", point.immutableUntil().get()));
    }
    return transaction.call(question::waitedFor).contains(point.id().value())
        ? Optional.of(BackupException.of(ErrorCode.POINT_BEING_READ, "id", point.id()))
        : Optional.empty();
  }

  /**
   * Deletes a restore point; its room is free after garbage collection. Needs RESTORE_POINT_MANAGE.
   *
   * @throws BackupException POINT_PROTECTED, POINT_IMMUTABLE, POINT_BEING_READ, POINT_IN_USE while
   *     a backup builds on it
   */
  public void remove(RestorePointId id) {
    Caller caller = access.require(Permission.RESTORE_POINT_MANAGE, ref(id));
    RestorePoint point = found(id);
    try {
      refusal(point)
          .ifPresent(
              refused -> {
                throw refused;
              });
      gateway
          .upkeep(pools.agent(point.pool()))
          .removePoint(
              RemovePointRequest.newBuilder()
                  .setPool(pools.access(point.pool()))
                  .setRestorePointId(id.value())
                  .build());
    } catch (BackupException refused) {
      audit.recordRefused(
          caller.name(),
          caller.source(),
          new AuditedAction(
              "restore-point-delete", ref(id), name(point), false, refused.code().name()));
      throw refused;
    }
    transaction.run(
        () -> {
          points.byId(id).ifPresent(points::remove);
          deleted.fire(new RestorePointDeleted(point.platformId()));
          audit.record(AuditedAction.done("restore-point-delete", ref(id), name(point)));
        });
  }

  /**
   * Protects a restore point from retention and deletion, or ends that. Needs RESTORE_POINT_MANAGE.
   */
  public RestorePoint protect(RestorePointId id, boolean held) {
    access.require(Permission.RESTORE_POINT_MANAGE, ref(id));
    RestorePoint point = found(id);
    PointFacts facts =
        gateway
            .upkeep(pools.agent(point.pool()))
            .protectPoint(
                ProtectPointRequest.newBuilder()
                    .setPool(pools.access(point.pool()))
                    .setRestorePointId(id.value())
                    .setHeld(held)
                    .build());
    transaction.run(
        () -> {
          points.follow(facts);
          String action = held ? "restore-point-protect" : "restore-point-unprotect";
          audit.record(AuditedAction.done(action, ref(id), name(point)));
        });
    return found(id);
  }

  private RestorePoint found(RestorePointId id) {
    return transaction
        .call(() -> points.byId(id))
        .orElseThrow(() -> BackupException.of(ErrorCode.RESTORE_POINT_NOT_FOUND, "id", id));
  }

  private static String name(RestorePoint point) {
    return point.vmName() + " " + point.createdAt();
  }

  private static ResourceRef ref(RestorePointId id) {
    return ResourceRef.of(ResourceKind.RESTORE_POINT, id.value());
  }
}
