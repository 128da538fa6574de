package io.holdfast.server.restore;

import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.Compression;
import io.holdfast.server.policy.DedupMode;
import io.holdfast.server.policy.Freezing;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.PoolLink;
import io.holdfast.server.policy.Reading;
import io.holdfast.server.policy.SnapshotType;
import io.holdfast.server.policy.VmHandling;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRoutes;
import io.holdfast.server.restore.RestorePreview.PreviewDisk;
import io.holdfast.server.restore.RestorePreview.PreviewNotice;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.TaskTarget;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Asks what a restore would do and what it works on. The backup host is that of the platform which
 * is restored to; the pool may be on another agent. Asks agents: never inside a transaction.
 * Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RestorePlanner {
  @Inject private RestorePointRegister points;
  @Inject private PoolRoutes routes;
  @Inject private PlatformConnections platforms;
  @Inject private InventoryService inventories;
  @Inject private AgentGateway gateway;

  /**
   * What a restore works on.
   *
   * @param agent backup host
   * @param pool pool that is read
   * @param vm VM that is written
   */
  record Target(AgentId agent, PoolId pool, TaskTarget vm) {}

  /** What the restore would do, in the backup host's words. */
  RestorePreview preview(RestoreDefinition definition) {
    RestorePlan plan = plan(definition);
    return new RestorePreview(
        plan.getSourceVm().getName(),
        plan.getDisksList().stream()
            .map(
                disk ->
                    new PreviewDisk(
                        disk.getDisk().getDiskKey(),
                        disk.getDisk().getDevice(),
                        disk.getDisk().getSizeBytes(),
                        disk.getDataBytes()))
            .toList(),
        plan.getTargetVmId(),
        plan.getNoticesList().stream()
            .map(
                notice ->
                    new PreviewNotice(
                        notice.getCode(),
                        notice.getParametersMap(),
                        notice.getSeverity() == io.holdfast.agent.protocol.Notice.Severity.WARNING))
            .toList());
  }

  /** What restores to a platform can be; of one that is gone whatever there is. */
  KindRestores kindOn(PlatformId platform) {
    return KindRestores.of(
        platforms.find(platform).map(Platform::kind).orElse(PlatformKind.H3C_CAS));
  }

  /** Throws INVALID_VALUE for what the target's kind of platform does not have. */
  void requireKind(RestoreDefinition definition) {
    kindOn(definition.target().platformId()).check(definition);
  }

  private RestorePlan plan(RestoreDefinition definition) {
    requireKind(definition);
    RestorePoint point = point(definition);
    RestoreRequest request =
        RestoreRequests.toProtocol(definition)
            .setSessionId(UUID.randomUUID().toString())
            .setPlatform(platforms.access(definition.target().platformId()))
            .setPool(
                routes.access(
                    point.pool(),
                    host(definition),
                    "",
                    List.of(definition.restorePointId().toString())))
            .build();
    return gateway.restoreSessions(host(definition)).planRestore(request);
  }

  private AgentId host(RestoreDefinition definition) {
    return platforms.platform(definition.target().platformId()).backupHost();
  }

  /**
   * What the restores of a batch work on, after the backup host has agreed to each; INVALID_VALUE
   * when they do not come from one pool.
   */
  List<Target> targets(List<RestoreDefinition> definitions) {
    List<Target> targets = definitions.stream().map(this::target).toList();
    for (Target target : targets) {
      if (!target.pool().equals(targets.get(0).pool())) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE,
            "field",
            "pool",
            "value",
            target.pool().value(),
            "expected",
            targets.get(0).pool().value());
      }
    }
    return targets;
  }

  /** What the restore works on, after the backup host has agreed to it. */
  private Target target(RestoreDefinition definition) {
    RestorePoint point = point(definition);
    RestorePlan plan = plan(definition);
    TaskTarget vm =
        switch (definition.mode()) {
          case ORIGINAL_VM, ORIGINAL_DISK -> original(definition, point);
          case NEW_VM -> newVm(definition, plan.getTargetVmId());
          case NEW_DISK, EXISTING_DISK -> chosenVm(definition);
        };
    return new Target(host(definition), point.pool(), vm);
  }

  private TaskTarget original(RestoreDefinition definition, RestorePoint point) {
    return vm(definition.target().platformId(), point.vmId())
        .orElseGet(
            () ->
                new TaskTarget(
                    point.vmId(),
                    point.vmUuid(),
                    point.vmName(),
                    point.vm().getHostId(),
                    point.hostName()));
  }

  private TaskTarget newVm(RestoreDefinition definition, String overwrittenVmId) {
    RestoreDefinition.Target target = definition.target();
    String hostName =
        entry(target.platformId(), InventoryKind.HOST, target.hostId())
            .map(InventoryEntry::title)
            .orElse(target.hostId());
    return new TaskTarget(overwrittenVmId, "", target.vmName(), target.hostId(), hostName);
  }

  private TaskTarget chosenVm(RestoreDefinition definition) {
    RestoreDefinition.Target target = definition.target();
    return vm(target.platformId(), target.vmId())
        .or(
            () -> { // a VM made since the inventory was read
              inventories.refresh(target.platformId());
              return vm(target.platformId(), target.vmId());
            })
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.VM_NOT_FOUND,
                    "vm",
                    target.vmId(),
                    "address",
                    platforms.platform(target.platformId()).address()));
  }

  private Optional<TaskTarget> vm(PlatformId platform, String vmId) {
    Inventory inventory = inventories.inventory(platform);
    return entry(platform, InventoryKind.VM, vmId)
        .map(
            vm -> {
              Optional<InventoryEntry> host = inventory.find(vm.parentId());
              return new TaskTarget(
                  vmId,
                  "",
                  vm.name(),
                  host.map(InventoryEntry::objectId).orElse(""),
                  host.map(InventoryEntry::title).orElse(""));
            });
  }

  private Optional<InventoryEntry> entry(PlatformId platform, InventoryKind kind, String objectId) {
    return inventories.inventory(platform).ofKind(kind).stream()
        .filter(entry -> entry.objectId().equals(objectId))
        .findFirst();
  }

  /** The run of a restore job. */
  RunOrder runOrder(RestoreJob job, Target target) {
    RestoreDefinition.Options options = job.getDefinition().options();
    BackupOptions kept =
        new BackupOptions(
            Compression.NONE,
            OptionRange.COMPRESSION_LEVEL.preset(),
            options.parallelism(),
            new Reading(
                true, false, SnapshotType.ADAPTIVE, Freezing.off(), options.transferBytes()),
            options.dataPlane(),
            options.patience().reconnectMinutes(),
            options.limits(),
            new PoolLink(DedupMode.AGENT, options.patience().resumeBufferMib()),
            VmHandling.preset());
    return new RunOrder(
        RunKind.RESTORE,
        job.getId(),
        job.getName(),
        job.getDefinition().target().platformId(),
        target.agent(),
        target.pool(),
        null,
        kept);
  }

  private RestorePoint point(RestoreDefinition definition) {
    String id = definition.restorePointId().toString();
    return points
        .find(new RestorePointId(id))
        .orElseThrow(() -> BackupException.of(ErrorCode.RESTORE_POINT_NOT_FOUND, "id", id));
  }
}
