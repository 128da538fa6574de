package io.holdfast.server.run;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.VmToCheck;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyDefinition;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.PoolRoutes;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a VM task says to the agent. Requests hold passwords: they are sent, never kept or logged.
 */
@ApplicationScoped
@Transactional
public class BackupRequests {
  /** The session of nothing. */
  private static final UUID NOBODY = new UUID(0, 0);

  @Inject private PlatformConnections platforms;
  @Inject private PoolRoutes pools;
  @Inject private PoolRepository poolRows;
  @Inject private RestorePointRegister points;
  @Inject private VmSessions sessions;
  @Inject private LastHosts lastHosts;
  @Inject private ServerInstance instance;

  /** The request of a backup task; its base is the newest point that its type counts from. */
  public BackupRequest backup(Facts facts) {
    BackupRun run = facts.run();
    VmTask task = facts.task();
    BackupOptions options = run.getOptions();
    String base = base(run.getPoolId(), run.getBackupType(), vm(task));
    String previous = previous(run, vm(task));
    BackupRequest.Builder request =
        common(run.getPlatformId(), run.getAgentId(), run.getBackupType(), options);
    lastHosts.of(run.getJobId(), vm(task)).ifPresent(request::setLastHost);
    return request
        .setSessionId(task.getId().toString())
        .setPool(
            pools.access(
                run.getPoolId(),
                run.getAgentId(),
                task.getId().toString(),
                List.of(base, previous)))
        .setSessions(sessions.of(vm(task), task.getVmUuid(), task.getId()))
        .setVmId(task.getVmId())
        .setExpectedVmUuid(task.getVmUuid())
        .setBaseRestorePointId(base)
        .setPreviousRestorePointId(previous)
        .setJobName(run.getJobName())
        .setServerId(instance.name())
        .setPolicyId(run.getJobId().toString())
        .setLimits(run.limits().toProtocol(run.getJobId().toString()))
        .build();
  }

  /** What all VMs of a job have in common. */
  private BackupRequest.Builder common(
      PlatformId platformId, AgentId agent, BackupType type, BackupOptions options) {
    return BackupRequest.newBuilder()
        .setPlatform(platform(platformId, agent, options))
        .setRequestedType(type.toProtocol())
        .setShutDownVm(options.handling().shutDown())
        .setShutdownSeconds(options.handling().shutdownSeconds())
        .setFreeSpace(options.handling().reserve().toProtocol())
        .setStorageLink(options.poolLink().toProtocol(options.reconnectMinutes()))
        .setEnableTracking(options.reading().enableTracking())
        .setSnapshotType(options.reading().snapshotType().toProtocol())
        .setGuestFreeze(options.reading().freezing().guest().toProtocol())
        .setFreezeSeconds(options.reading().freezing().seconds())
        .setValidDataOnly(options.reading().validDataOnly())
        .setCompression(options.compression().toProtocol())
        .setCompressionLevel(options.compressionLevel())
        .setStreamsPerDisk(options.parallelism().streamsPerDisk())
        .setTransferBytes(options.reading().transferBytes())
        .setDataPlane(options.dataPlane().toProtocol());
  }

  /**
   * The question what VMs would get in a run of a policy that need not be stored yet.
   *
   * @param policyId of a stored policy
   * @param vmIds the platform's own ids, at most 200
   * @param reachHosts also try the data plane's port of each host, which takes time
   */
  public CheckVmsRequest check(
      PolicyDefinition definition,
      Optional<UUID> policyId,
      Collection<String> vmIds,
      boolean reachHosts) {
    CheckVmsRequest.Builder request = CheckVmsRequest.newBuilder().setReachHosts(reachHosts);
    Set<String> bases = new TreeSet<>();
    for (String vmId : vmIds) {
      VmRef vm = new VmRef(definition.platformId().value(), vmId);
      String base = base(definition.poolId(), definition.plan().backupType(), vm);
      bases.add(base);
      VmToCheck.Builder one =
          VmToCheck.newBuilder()
              .setVmId(vmId)
              .setBaseRestorePointId(base)
              .setSessions(sessions.of(vm, "", NOBODY));
      policyId.flatMap(id -> lastHosts.of(id, vm)).ifPresent(one::setLastHost);
      request.addVms(one);
    }
    return request
        .setCommon(
            common(
                    definition.platformId(),
                    definition.agentId(),
                    definition.plan().backupType(),
                    definition.options())
                .setPool(
                    pools.access(
                        definition.poolId(), definition.agentId(), "", List.copyOf(bases))))
        .build();
  }

  private PlatformAccess platform(PlatformId platformId, AgentId agent, BackupOptions options) {
    return platforms.access(platformId, agent).toBuilder()
        .setRequestRetries(options.handling().retries().platformRequests())
        .build();
  }

  /** Where a dedup pool looks for chunks first, also in a full backup. */
  private String previous(BackupRun run, VmRef vm) {
    return points.newest(run.getPoolId(), vm).map(point -> point.id().value()).orElse("");
  }

  private String base(PoolId pool, BackupType type, VmRef vm) {
    Optional<RestorePoint> base =
        switch (type) {
          case FULL -> Optional.empty();
          case INCREMENTAL -> points.newest(pool, vm);
          case DIFFERENTIAL -> points.newestFull(pool, vm);
        };
    return base.map(point -> point.id().value()).orElse("");
  }

  /** The release of a backup task; {@code abandon} gives up what is not sealed. */
  public ReleaseBackupRequest release(Facts facts, boolean abandon) {
    return ReleaseBackupRequest.newBuilder()
        .setSessionId(facts.task().getId().toString())
        .setPlatform(
            platform(
                facts.run().getPlatformId(), facts.run().getAgentId(), facts.run().getOptions()))
        .setPool(
            pools.access(
                facts.run().getPoolId(),
                facts.run().getAgentId(),
                facts.task().getId().toString(),
                List.of()))
        .setVmId(facts.task().getVmId())
        .setVmUuid(facts.task().getVmUuid())
        .setAbandon(abandon)
        .setDropMark(!keepsMark(facts.run()))
        .addAllRestorePointsInUseAsBase(basesOf(vm(facts.task())))
        .addAllEndedSessionIds(
            sessions
                .of(vm(facts.task()), facts.task().getVmUuid(), facts.task().getId())
                .getEndedList())
        .build();
  }

  /** HIK-01: where marks are snapshots that take space, the job says whether the latest stays. */
  private boolean keepsMark(BackupRun run) {
    boolean marksTakeSpace = platforms.platform(run.getPlatformId()).kind().isOnCeph();
    return !marksTakeSpace || run.getOptions().reading().enableTracking();
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
        .setPlatform(platforms.access(facts.run().getPlatformId(), facts.run().getAgentId()))
        .setPool(pools.access(facts.run().getPoolId(), facts.run().getAgentId(), "", List.of()))
        .setAbandon(abandon)
        .build();
  }

  private static VmRef vm(VmTask task) {
    return new VmRef(task.getPlatformId().value(), task.getVmId());
  }
}
