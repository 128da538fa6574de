package io.holdfast.server.snapshot;

import io.holdfast.agent.protocol.ListSnapshotsRequest;
import io.holdfast.agent.protocol.SnapshotList;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.run.ServerInstance;
import io.holdfast.server.run.VmOccupation;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Locale;
import java.util.UUID;

/**
 * A VM's snapshots as people handle them (CAS-21). Changes are written down, reserve the VM and are
 * done by the next tick; nothing here waits for a platform's task. Asks agents: not to be called in
 * a transaction. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND, VM_NOT_FOUND, FORBIDDEN by the caller's role, and what agent
 * or platform answered.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class VmSnapshotService {
  @Inject SnapshotRepository operations;
  @Inject PlatformConnections connections;
  @Inject AgentGateway gateway;
  @Inject VmOccupation occupation;
  @Inject ServerInstance instance;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** The VM and its snapshots now, parents before children. Needs PLATFORM_VIEW. */
  public SnapshotList list(PlatformId platform, String vmId) {
    policy.require(Permission.PLATFORM_VIEW, ref(platform));
    return ask(platform, vmId);
  }

  private SnapshotList ask(PlatformId platform, String vmId) {
    return gateway
        .vmSnapshots(connections.backupHost(platform))
        .listSnapshots(
            ListSnapshotsRequest.newBuilder()
                .setPlatform(connections.access(platform))
                .setVmId(vmId)
                .build());
  }

  /**
   * Takes a snapshot. Needs SNAPSHOT_MANAGE.
   *
   * @throws BackupException ALREADY_EXISTS; VM_AT_WORK while a backup or restore of the VM is at
   *     work; VM_SNAPSHOT_CHANGING
   */
  public SnapshotOperation create(PlatformId platform, String vmId, SnapshotWanted wanted) {
    Caller caller = policy.require(Permission.SNAPSHOT_MANAGE, ref(platform));
    SnapshotList now = ask(platform, vmId);
    if (now.getSnapshotsList().stream().anyMatch(each -> each.getName().equals(wanted.name()))) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "snapshot", "name", wanted.name());
    }
    return begin(
        new SnapshotOperation(
                SnapshotOperationKind.CREATE,
                target(platform, now),
                wanted.name(),
                caller.name(),
                clock.instant())
            .described(wanted.title(), wanted.description(), wanted.memorySeconds()));
  }

  /**
   * Takes a VM that is off back to a snapshot; what was written since is lost. Needs
   * SNAPSHOT_MANAGE.
   *
   * @throws BackupException SNAPSHOT_OF_BACKUP; REVERT_NEEDS_VM_OFF; others as {@link #create}
   */
  public SnapshotOperation revert(PlatformId platform, String vmId, String name) {
    Caller caller = policy.require(Permission.SNAPSHOT_MANAGE, ref(platform));
    SnapshotList now = ask(platform, vmId);
    requireOurs(now, name);
    if (!now.getVm().getState().equals("shutOff")) {
      throw BackupException.of(
          ErrorCode.REVERT_NEEDS_VM_OFF, "vm", label(now), "state", now.getVm().getState());
    }
    return begin(
        new SnapshotOperation(
            SnapshotOperationKind.REVERT,
            target(platform, now),
            name,
            caller.name(),
            clock.instant()));
  }

  /**
   * Deletes a snapshot; what was written since stays in the VM. Needs SNAPSHOT_MANAGE.
   *
   * @throws BackupException SNAPSHOT_OF_BACKUP; others as {@link #create}
   */
  public SnapshotOperation delete(PlatformId platform, String vmId, String name) {
    Caller caller = policy.require(Permission.SNAPSHOT_MANAGE, ref(platform));
    SnapshotList now = ask(platform, vmId);
    requireOurs(now, name);
    return begin(
        new SnapshotOperation(
            SnapshotOperationKind.DELETE,
            target(platform, now),
            name,
            caller.name(),
            clock.instant()));
  }

  private static void requireOurs(SnapshotList now, String name) {
    if (name.startsWith(SnapshotWanted.OF_BACKUPS)) {
      throw BackupException.of(ErrorCode.SNAPSHOT_OF_BACKUP, "vm", label(now), "snapshot", name);
    }
    if (now.getSnapshotsList().stream().noneMatch(each -> each.getName().equals(name))) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "snapshot", "id", name);
    }
  }

  private static SnapshotTarget target(PlatformId platform, SnapshotList now) {
    return new SnapshotTarget(platform, now.getVm().getVmId(), now.getVm().getUuid(), label(now));
  }

  private static String label(SnapshotList now) {
    String title = now.getVm().getTitle();
    return title.isEmpty() ? now.getVm().getName() : title;
  }

  private SnapshotOperation begin(SnapshotOperation operation) {
    String vmName = operation.vm().vmName();
    return transaction.call(
        () -> {
          occupation.holdStarts();
          occupation.requireFree(operation.exclusiveKey(), vmName);
          if (operations.isUnderWay(operation.exclusiveKey())) {
            throw BackupException.of(ErrorCode.VM_SNAPSHOT_CHANGING, "vm", vmName);
          }
          operation.start(instance.name(), clock.instant());
          operations.add(operation);
          audit.record(
              AuditedAction.done(
                      "snapshot-" + operation.kind().name().toLowerCase(Locale.ROOT),
                      ref(operation.platform()),
                      vmName)
                  .with("snapshot=" + operation.snapshotName()));
          return operation;
        });
  }

  /** What was done, is being done and waits, newest first. Needs PLATFORM_VIEW. */
  public Page<SnapshotOperation> operations(SnapshotRepository.Filter filter, PageRequest page) {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction.call(() -> operations.list(filter, page));
  }

  /** One operation. Needs PLATFORM_VIEW. */
  public SnapshotOperation operation(UUID id) {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction
        .call(() -> operations.find(id))
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "snapshot operation", "id", id));
  }

  private static ResourceRef ref(PlatformId id) {
    return ResourceRef.of(ResourceKind.PLATFORM, id.value());
  }
}
