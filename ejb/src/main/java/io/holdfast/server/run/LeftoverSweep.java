package io.holdfast.server.run;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.AgentHeard;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.catalog.RestorePointDeleted;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformRepository;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyDeleted;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Has snapshots of ours removed whose task is no more, and guests thawed that a backup host left
 * frozen (CAS-05): for each platform after a boot, each time its backup host comes back, and again
 * with growing pauses while something is left. Before each run of a VM the backup host looks at
 * that VM besides. Only snapshots of tasks that this server knows to have ended go: others may
 * belong to a running backup of another server. What was removed is in the audit log and in the log
 * of the run it was left by. Where a kept snapshot is the tracking mark, those that no job counts
 * from any more go too, also when a job was deleted. Asks agents: never inside a transaction.
 * Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class LeftoverSweep {
  private static final Logger LOG = System.getLogger(LeftoverSweep.class.getName());
  private static final Set<TaskState> LIVING =
      EnumSet.complementOf(EnumSet.copyOf(TaskState.ended()));

  /** 36 bytes each: far below the limit of a message. */
  private static final int MOST_ENDED = 50_000;

  private final SweepTurns turns = new SweepTurns();
  private final Set<AgentId> cameBack = ConcurrentHashMap.newKeySet();

  @Inject private PlatformRepository platforms;
  @Inject private PlatformConnections connections;
  @Inject private TaskRepository tasks;
  @Inject private PolicyRepository policies;
  @Inject private RestorePointRegister points;
  @Inject private ShortTransaction transaction;
  @Inject private TaskQueue queue;
  @Inject private AgentGateway gateway;
  @Inject private TaskLifecycle lifecycle;
  @Inject private AuditService audit;
  @Inject private Clock clock;

  /** An agent that was away may have left something. */
  void onHeard(@Observes AgentHeard news) {
    if (news.cameBack()) {
      cameBack.add(news.agent());
    }
  }

  /** Where marks take space, those that only a deleted job counted from can go (ADR 0005). */
  void onDeleted(@Observes(during = TransactionPhase.AFTER_SUCCESS) PolicyDeleted news) {
    turns.again(news.platform().value());
  }

  /** As {@link #onDeleted(PolicyDeleted)}: the newest point of a VM may be another one now. */
  void onDeleted(@Observes(during = TransactionPhase.AFTER_SUCCESS) RestorePointDeleted news) {
    turns.again(news.platformId());
  }

  /**
   * Points that jobs of the platform may count from, in the pools that they use; a VM that only
   * deleted jobs backed up has none.
   */
  private Set<String> bases(PlatformId id) {
    return transaction.call(
        () -> {
          Set<String> bases = new TreeSet<>();
          List<BackupPolicy> jobs = policies.using(id.value());
          Set<String> ids =
              jobs.stream().map(job -> job.getId().toString()).collect(Collectors.toSet());
          jobs.stream()
              .map(BackupPolicy::getPoolId)
              .distinct()
              .forEach(pool -> bases.addAll(points.bases(id.value(), pool, ids)));
          return bases;
        });
  }

  /** Platforms whose turn has come and whose backup host is online. */
  public List<PlatformId> due() {
    List<Platform> all = platforms.all();
    for (AgentId agent : Set.copyOf(cameBack)) {
      cameBack.remove(agent);
      all.stream()
          .filter(platform -> platform.backupHost().equals(agent))
          .forEach(platform -> turns.again(platform.id().value()));
    }
    Instant now = clock.instant();
    return all.stream()
        .filter(platform -> turns.isDue(platform.id().value(), now))
        .filter(platform -> queue.isOnline(platform.backupHost()))
        .map(Platform::id)
        .toList();
  }

  /** Sweeps one platform; a failure or something that stays makes it due again later. */
  public void sweep(PlatformId id) {
    // Living ones first: a task that ends in between is in both lists, and stays.
    List<String> living = sessions(id, LIVING);
    List<String> ended = sessions(id, TaskState.ended());
    List<String> latest = ended.subList(Math.max(0, ended.size() - MOST_ENDED), ended.size());
    try {
      List<Notice> removed =
          gateway
              .backupSessions(connections.backupHost(id))
              .removeLeftovers(
                  RemoveLeftoversRequest.newBuilder()
                      .setPlatform(connections.access(id))
                      .addAllLiveSessionIds(living)
                      .addAllEndedSessionIds(latest)
                      .setReapMarks(true)
                      .addAllRestorePointsInUseAsBase(bases(id))
                      .build())
              .getRemovedList();
      removed.forEach(notice -> tell(id, notice));
      if (removed.stream().allMatch(LeftoverSweep::isRemoval)) {
        turns.done(id.value());
      } else {
        turns.failed(id.value(), clock.instant());
      }
    } catch (BackupException failure) {
      turns.failed(id.value(), clock.instant());
      LOG.log(Level.INFO, "Leftovers of platform {0}: {1}", id, failure.getMessage());
    }
  }

  private static boolean isRemoval(Notice notice) {
    return notice.getCode().equals(NoticeCode.LEFTOVER_SNAPSHOT_REMOVED.name());
  }

  private void tell(PlatformId id, Notice notice) {
    LOG.log(Level.INFO, "{0} {1}", notice.getCode(), notice.getParametersMap());
    if (!isRemoval(notice)) {
      return;
    }
    String snapshot = notice.getParametersOrDefault("snapshot", "");
    String vm = notice.getParametersOrDefault("vm", "");
    audit.record(
        "server",
        "server",
        AuditedAction.done("leftover-remove", ResourceRef.of(ResourceKind.PLATFORM, id.value()), vm)
            .with(snapshot));
    taskOf(snapshot).ifPresent(task -> lifecycle.notices(task, List.of(notice)));
  }

  /** The task that left a snapshot: its name ends with the task's id. */
  private static Optional<UUID> taskOf(String snapshot) {
    try {
      return Optional.of(UUID.fromString(snapshot.substring(Math.max(0, snapshot.length() - 36))));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  private List<String> sessions(PlatformId id, Set<TaskState> states) {
    return tasks.inStates(states).stream()
        .filter(task -> task.getPlatformId().equals(id))
        .filter(task -> task.getKind() == RunKind.BACKUP)
        .map(VmTask::getId)
        .map(UUID::toString)
        .toList();
  }
}
