package io.holdfast.server.run;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.PoolRoutes;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a VM task says to the agent. Requests hold passwords: they are sent, never kept or logged.
 */
@ApplicationScoped
@Transactional
public class BackupRequests {
  @Inject private PlatformConnections platforms;
  @Inject private PoolRoutes pools;
  @Inject private PoolRepository poolRows;
  @Inject private RestorePointRegister points;
  @Inject private ServerInstance instance;

  /** The request of a backup task; its base is the newest point that its type counts from. */
  public BackupRequest backup(Facts facts) {
    BackupRun run = facts.run();
    VmTask task = facts.task();
    BackupOptions options = run.getOptions();
    String base = base(run, vm(task));
    String previous = previous(run, vm(task));
    return BackupRequest.newBuilder()
        .setSessionId(task.getId().toString())
        .setPlatform(platforms.access(run.getPlatformId()))
        .setPool(
            pools.access(
                run.getPoolId(),
                run.getAgentId(),
                task.getId().toString(),
                List.of(base, previous)))
        .setStorageLink(options.poolLink().toProtocol(options.reconnectMinutes()))
        .setVmId(task.getVmId())
        .setExpectedVmUuid(task.getVmUuid())
        .setRequestedType(run.getBackupType().toProtocol())
        .setBaseRestorePointId(base)
        .setEnableTracking(options.reading().enableTracking())
        .setSnapshotType(options.reading().snapshotType().toProtocol())
        .setValidDataOnly(options.reading().validDataOnly())
        .setCompression(options.compression().toProtocol())
        .setCompressionLevel(options.compressionLevel())
        .setPreviousRestorePointId(previous)
        .setStreamsPerDisk(options.parallelism().streamsPerDisk())
        .setTransferBytes(options.reading().transferBytes())
        .setDataPlane(options.dataPlane().toProtocol())
        .setJobName(run.getJobName())
        .setServerId(instance.name())
        .setPolicyId(run.getJobId().toString())
        .setLimits(run.limits().toProtocol(run.getJobId().toString()))
        .build();
  }

  /** Where a dedup pool looks for chunks first, also in a full backup. */
  private String previous(BackupRun run, VmRef vm) {
    return points.newest(run.getPoolId(), vm).map(point -> point.id().value()).orElse("");
  }

  private String base(BackupRun run, VmRef vm) {
    Optional<RestorePoint> base =
        switch (run.getBackupType()) {
          case FULL -> Optional.empty();
          case INCREMENTAL -> points.newest(run.getPoolId(), vm);
          case DIFFERENTIAL -> points.newestFull(run.getPoolId(), vm);
        };
    return base.map(point -> point.id().value()).orElse("");
  }

  /** The release of a backup task; {@code abandon} gives up what is not sealed. */
  public ReleaseBackupRequest release(Facts facts, boolean abandon) {
    return ReleaseBackupRequest.newBuilder()
        .setSessionId(facts.task().getId().toString())
        .setPlatform(platforms.access(facts.run().getPlatformId()))
        .setPool(
            pools.access(
                facts.run().getPoolId(),
                facts.run().getAgentId(),
                facts.task().getId().toString(),
                List.of()))
        .setVmId(facts.task().getVmId())
        .setAbandon(abandon)
        .addAllRestorePointsInUseAsBase(basesOf(vm(facts.task())))
        .build();
  }

  /** Points of the VM that a later backup may count from, in any pool: their marks must stay. */
  private Set<String> basesOf(VmRef vm) {
    Set<String> bases = new TreeSet<>();
    poolRows
        .all()
        .forEach(
            pool -> {
              PoolId id = pool.id();
              points.newest(id, vm).ifPresent(point -> bases.add(point.id().value()));
              points.newestFull(id, vm).ifPresent(point -> bases.add(point.id().value()));
            });
    return bases;
  }

  /** The release of a restore task; {@code abandon} undoes what it made. */
  public ReleaseRestoreRequest releaseRestore(Facts facts, boolean abandon) {
    return ReleaseRestoreRequest.newBuilder()
        .setSessionId(facts.task().getId().toString())
        .setPlatform(platforms.access(facts.run().getPlatformId()))
        .setPool(pools.access(facts.run().getPoolId(), facts.run().getAgentId(), "", List.of()))
        .setAbandon(abandon)
        .build();
  }

  private static VmRef vm(VmTask task) {
    return new VmRef(task.getPlatformId().value(), task.getVmId());
  }
}
