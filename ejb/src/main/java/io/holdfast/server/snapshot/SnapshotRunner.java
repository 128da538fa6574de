package io.holdfast.server.snapshot;

import io.holdfast.agent.protocol.CreateSnapshotRequest;
import io.holdfast.agent.protocol.DeleteSnapshotRequest;
import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.ListSnapshotsRequest;
import io.holdfast.agent.protocol.RevertSnapshotRequest;
import io.holdfast.agent.protocol.SnapshotSubject;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.agent.VmSnapshotsClient;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.run.ServerInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Has agents do what operations say (CAS-21). All it knows stands in the table: after a crash the
 * next tick asks again with the same operation id, which agents join, answer from memory or do
 * again, but never a revert twice. Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class SnapshotRunner {
  private static final Logger LOG = System.getLogger(SnapshotRunner.class.getName());

  /** Snapshots load the storage: so many at once on a platform. */
  private static final int AT_ONCE = 4;

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** An agent that is away may still be at work. */
  private static final Duration PATIENCE_WITH_AGENTS = Duration.ofMinutes(45);

  @Inject SnapshotRepository operations;
  @Inject SnapshotOutcome outcome;
  @Inject PlatformConnections connections;
  @Inject AgentGateway gateway;
  @Inject ServerInstance instance;
  @Inject BackgroundWork background;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** One tick: goes on with what is under way here, starts what waits and may. */
  public void tick() {
    Map<String, Integer> running = new HashMap<>();
    for (SnapshotOperation each : transaction.call(operations::active)) {
      String platform = each.platform().value();
      boolean mayStart =
          each.state() == SnapshotOperationState.WAITING
              && running.getOrDefault(platform, 0) < AT_ONCE;
      boolean ours =
          each.state() == SnapshotOperationState.RUNNING
              ? each.serverInstance().equals(instance.name())
              : mayStart && outcome.start(each.id());
      if (ours || each.state() == SnapshotOperationState.RUNNING) {
        running.merge(platform, 1, Integer::sum);
      }
      if (ours && !each.retryAt().isAfter(clock.instant())) {
        background.submit("snapshot operation " + each.id(), () -> perform(each.id()));
      }
    }
  }

  private void perform(UUID id) {
    SnapshotOutcome.Attempt attempt = outcome.attempt(id);
    if (!attempt.wanted()) {
      return;
    }
    SnapshotOperation operation = attempt.operation();
    try {
      AgentId agent = connections.backupHost(operation.platform());
      SnapshotSubject subject = subject(agent, operation, attempt.again());
      ask(gateway.vmSnapshots(agent), operation, subject);
      outcome.done(id);
    } catch (BackupException failure) {
      trouble(operation, failure);
      return;
    }
    keepCount(operation);
  }

  private SnapshotSubject subject(AgentId agent, SnapshotOperation operation, boolean again) {
    String uuid = operation.vm().vmUuid();
    if (uuid.isEmpty()) {
      VmDescription vm =
          gateway
              .platformQueries(agent)
              .describeVm(
                  DescribeVmRequest.newBuilder()
                      .setPlatform(connections.access(operation.platform()))
                      .setVmId(operation.vm().vmId())
                      .build());
      uuid = vm.getUuid();
      outcome.knowVm(operation.id(), uuid);
    }
    return SnapshotSubject.newBuilder()
        .setOperationId(operation.id().toString())
        .setPlatform(connections.access(operation.platform()))
        .setVmId(operation.vm().vmId())
        .setVmUuid(uuid)
        .setName(operation.snapshotName())
        .setAgain(again)
        .build();
  }

  private static void ask(
      VmSnapshotsClient agent, SnapshotOperation operation, SnapshotSubject subject) {
    switch (operation.kind()) {
      case CREATE ->
          agent.createSnapshot(
              CreateSnapshotRequest.newBuilder()
                  .setSubject(subject)
                  .setTitle(operation.title())
                  .setDescription(operation.description())
                  .setOwnerTag(operation.ownerTag())
                  .setMemory(operation.memorySeconds() > 0)
                  .setMemoryTimeoutSeconds(operation.memorySeconds())
                  .build());
      case REVERT ->
          agent.revertSnapshot(RevertSnapshotRequest.newBuilder().setSubject(subject).build());
      case DELETE ->
          agent.deleteSnapshot(
              DeleteSnapshotRequest.newBuilder()
                  .setSubject(subject)
                  .setOwnerTag(operation.ownerTag())
                  .build());
    }
  }

  private void trouble(SnapshotOperation operation, BackupException failure) {
    boolean agentAway =
        switch (failure.code()) {
          case AGENT_UNREACHABLE, AGENT_TIMEOUT, AGENT_BUSY, INTERRUPTED -> true;
          default -> false;
        };
    Instant now = clock.instant();
    Duration patience = agentAway ? PATIENCE_WITH_AGENTS : PATIENCE;
    boolean patient =
        operation.startedAt().map(since -> now.isBefore(since.plus(patience))).orElse(false);
    // What the agent has said of a revert is the end of it: asked again, it could not know more.
    boolean passes =
        failure.kind() == ErrorKind.TRANSIENT && operation.kind() != SnapshotOperationKind.REVERT;
    if (patient && (agentAway || passes)) {
      outcome.retry(operation.id(), now.plus(PAUSE), failure);
      return;
    }
    boolean gone =
        failure.code() == ErrorCode.VM_NOT_FOUND
            && operation.kind() == SnapshotOperationKind.DELETE;
    if (gone) {
      outcome.done(operation.id());
    } else {
      LOG.log(
          Level.INFO,
          "{0} of snapshot {1} failed: {2}",
          operation.kind(),
          operation.snapshotName(),
          failure.getMessage());
      outcome.failed(operation.id(), failure);
    }
  }

  /** After a schedule's snapshot is there, its surplus ones go. */
  private void keepCount(SnapshotOperation operation) {
    if (operation.kind() != SnapshotOperationKind.CREATE || operation.scheduleId().isEmpty()) {
      return;
    }
    try {
      outcome.keepCount(
          operation,
          gateway
              .vmSnapshots(connections.backupHost(operation.platform()))
              .listSnapshots(
                  ListSnapshotsRequest.newBuilder()
                      .setPlatform(connections.access(operation.platform()))
                      .setVmId(operation.vm().vmId())
                      .build()));
    } catch (BackupException later) {
      // The next snapshot of the schedule looks again.
      LOG.log(Level.INFO, "Kept count of {0}: {1}", operation.vm(), later.getMessage());
    }
  }
}
