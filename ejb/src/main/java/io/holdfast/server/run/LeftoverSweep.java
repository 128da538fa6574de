package io.holdfast.server.run;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has snapshots of ours removed whose task is no more (CAS-05): once for each platform after a
 * boot, as soon as its backup host is online. Only snapshots of tasks that this server knows to
 * have ended go: others may belong to a running backup of another server. Asks agents: never inside
 * a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class LeftoverSweep {
  private static final Logger LOG = System.getLogger(LeftoverSweep.class.getName());
  private static final Set<TaskState> LIVING =
      EnumSet.complementOf(EnumSet.copyOf(TaskState.ended()));

  /** 36 bytes each: far below the limit of a message. */
  private static final int MOST_ENDED = 50_000;

  private final Set<String> swept = ConcurrentHashMap.newKeySet();

  @Inject private PlatformRepository platforms;
  @Inject private PlatformConnections connections;
  @Inject private TaskRepository tasks;
  @Inject private TaskQueue queue;
  @Inject private AgentGateway gateway;

  /** Platforms whose turn has not come yet and whose backup host is online. */
  public List<PlatformId> due() {
    return platforms.all().stream()
        .filter(platform -> !swept.contains(platform.id().value()))
        .filter(platform -> queue.isOnline(platform.backupHost()))
        .map(Platform::id)
        .toList();
  }

  /** Sweeps one platform; a failure leaves it due. */
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
                      .build())
              .getRemovedList();
      swept.add(id.value());
      removed.forEach(
          notice -> LOG.log(Level.INFO, "{0} {1}", notice.getCode(), notice.getParametersMap()));
    } catch (BackupException failure) {
      LOG.log(Level.INFO, "Leftovers of platform {0}: {1}", id, failure.getMessage());
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
