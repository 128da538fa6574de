package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.AgentRepository;
import io.holdfast.server.agent.AgentState;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The persistent queue of VM tasks. Who holds the dispatch token gives out work; rows are claimed
 * under their locks, so several servers can share the queue. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class TaskQueue {
  private static final int LOOK_AHEAD = 500;
  private static final Duration PATIENCE_AT_THE_START = Duration.ofMinutes(2);

  /** A port that never answered is shut, not lost: who opens it starts the job again (CAS-10). */
  private static final Duration PATIENCE_WITH_A_SHUT_PORT = Duration.ofSeconds(30);

  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private AgentRepository agents;
  @Inject private PoolRepository pools;
  @Inject private ServerInstance instance;
  @Inject @Any private Instance<VmReservations> reservations;
  @Inject private RunLog log;
  @Inject private Clock clock;

  /**
   * A task that this server has taken and must start.
   *
   * @param taskId the task
   * @param kind which job does it
   * @param executionId the execution to go on with; null for the first
   */
  public record Claim(UUID taskId, RunKind kind, Long executionId) {}

  /** Takes the waiting tasks that may start now; none when another server is just doing it. */
  public List<Claim> claim(DispatchLimits limits) {
    if (!tasks.takeDispatchToken()) {
      return List.of();
    }
    List<VmTask> waiting = tasks.lockWaiting(LOOK_AHEAD);
    if (waiting.isEmpty()) {
      return List.of();
    }
    Map<UUID, BackupRun> runOf = new HashMap<>();
    Instant now = clock.instant();
    List<QueuedTask> running =
        tasks.inStates(TaskState.executing()).stream()
            .map(task -> QueuedTask.of(task, limitsOf(task, runOf), true))
            .toList();
    List<QueuedTask> queued =
        waiting.stream()
            .map(task -> QueuedTask.of(task, limitsOf(task, runOf), isReady(task, runOf, now)))
            .toList();
    Set<String> reserved = new HashSet<>();
    reservations.forEach(each -> reserved.addAll(each.reserved()));
    Set<UUID> chosen =
        new HashSet<>(new ClaimSelection(limits, running).without(reserved).choose(queued));
    List<Claim> claims = new ArrayList<>();
    for (VmTask task : waiting) {
      if (chosen.contains(task.getId())) {
        claims.add(claim(task, runOf.get(task.getRunId()), now));
        warnOfOthers(task, running);
      }
    }
    return claims;
  }

  private Claim claim(VmTask task, BackupRun run, Instant now) {
    boolean again = task.getState() == TaskState.INTERRUPTED;
    task.claimBy(instance.name(), now);
    // The task's row is locked; rows of runs come after those of their tasks, everywhere.
    if (run.getState() == RunState.PENDING) {
      runs.lock(run.getId())
          .filter(fresh -> fresh.getState() == RunState.PENDING)
          .ifPresent(fresh -> fresh.become(RunState.RUNNING, now));
    }
    if (again) {
      log.info(
          task, NoticeCode.VM_TASK_RESUMED, "vm", task.getVmName(), "attempt", task.getAttempts());
    } else {
      String agent =
          agents
              .byId(task.getAgentId())
              .map(found -> found.hostName())
              .orElse(task.getAgentId().value());
      log.info(task, NoticeCode.VM_TASK_STARTED, "vm", task.getVmName(), "agent", agent);
    }
    return new Claim(task.getId(), task.getKind(), task.getExecutionId());
  }

  /** S1 advises one backup host for each hypervisor host (CAS-24): it is done, and said. */
  private void warnOfOthers(VmTask task, List<QueuedTask> running) {
    QueuedTask mine = QueuedTask.of(task, Parallelism.preset(), true);
    boolean shared =
        mine.onKnownHost()
            && running.stream()
                .anyMatch(
                    other ->
                        other.hostKey().equals(mine.hostKey())
                            && !other.agent().equals(mine.agent()));
    if (shared) {
      log.warning(task, NoticeCode.HOST_OF_TWO_BACKUP_HOSTS, "host", task.getHostName());
    }
  }

  private Parallelism limitsOf(VmTask task, Map<UUID, BackupRun> runOf) {
    return runOf
        .computeIfAbsent(task.getRunId(), id -> runs.find(id).orElseThrow())
        .getOptions()
        .parallelism();
  }

  /** An interrupted task waits for its backup host and for the agent that holds its pool. */
  private boolean isReady(VmTask task, Map<UUID, BackupRun> runOf, Instant now) {
    return task.getState() == TaskState.PENDING
        || (!task.isHeld()
            && task.mayRetry(now)
            && isOnline(task.getAgentId())
            && pools
                .byId(runOf.get(task.getRunId()).getPoolId())
                .map(StoragePool::agent)
                .filter(this::isOnline)
                .isPresent());
  }

  /** Whether the server heard of the agent lately. */
  public boolean isOnline(AgentId agent) {
    Instant now = clock.instant();
    return agents.byId(agent).filter(found -> found.stateAt(now) == AgentState.ONLINE).isPresent();
  }

  /**
   * Tasks that were interrupted for longer than their run's reconnect time (OPT-08), or that have
   * not moved a byte and are kept from it by something else than the agent's absence.
   */
  public Map<UUID, BackupException> lostForGood() {
    Instant now = clock.instant();
    Map<UUID, BackupException> lost = new HashMap<>();
    for (VmTask task : tasks.inStates(Set.of(TaskState.INTERRUPTED))) {
      Duration still = Duration.between(task.getInterruptedAt(), now);
      int minutes = runs.find(task.getRunId()).orElseThrow().getOptions().reconnectMinutes();
      if (still.compareTo(Duration.ofMinutes(minutes)) > 0) {
        lost.put(
            task.getId(),
            BackupException.of(
                ErrorCode.RECONNECT_TIME_EXCEEDED,
                "minutes",
                minutes,
                "cause",
                task.getError()
                    .map(code -> Reason.of(code, NamedValues.read(task.errorParameters())))
                    .orElse("")));
      } else if (still.compareTo(patience(task)) > 0 && hasNotMoved(task)) {
        lost.put(
            task.getId(),
            BackupException.of(
                task.getError().orElse(ErrorCode.INTERRUPTED),
                NamedValues.read(task.errorParameters()),
                null));
      }
    }
    return lost;
  }

  private static Duration patience(VmTask task) {
    return task.getError().filter(ErrorCode.DATA_PORT_UNREACHABLE::equals).isPresent()
        ? PATIENCE_WITH_A_SHUT_PORT
        : PATIENCE_AT_THE_START;
  }

  private boolean hasNotMoved(VmTask task) {
    return task.getError().filter(TaskConclusion::isAgentAway).isEmpty()
        && tasks.streams(task.getId()).stream().allMatch(stream -> stream.getPosition() == 0);
  }

  /** Tasks of this server on which an execution should be at work. */
  public List<VmTask> executingHere() {
    return tasks.inStates(TaskState.executing()).stream()
        .filter(task -> instance.name().equals(task.getServerInstance()))
        .toList();
  }

  /** Ended tasks for which something may still be held, and whose agent is online. */
  public List<VmTask> releasable() {
    return tasks.releaseDue().stream().filter(task -> isOnline(task.getAgentId())).toList();
  }

  /** Whether a task has been given up for an error that lasts. */
  public static boolean hasFailedForGood(VmTask task) {
    return task.getError()
        .map(ErrorCode::kind)
        .filter(kind -> kind != ErrorKind.TRANSIENT && kind != ErrorKind.AMBIGUOUS)
        .isPresent();
  }
}
