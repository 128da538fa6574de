package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.LeftoverLock;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.policy.ContentNode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the operations of schedules whose time has come (CAS-21). That it has come is stored with
 * the schedule and taken back in the transaction that stores the operations of all its VMs, so each
 * time counts once, whatever crashes in between; what was due while no server ran is made up for
 * once. A VM whose last operation of the schedule has not ended is passed over. Asks agents: never
 * inside a transaction. One thread at a time calls it.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class SnapshotPlanner {
  private static final Logger LOG = System.getLogger(SnapshotPlanner.class.getName());
  private static final Duration KEEP_HISTORY = Duration.ofDays(90);
  private static final int AT_ONCE = 500;
  private static final String SYSTEM = "system";

  @Inject ScheduleRepository schedules;
  @Inject SnapshotRepository operations;
  @Inject InventoryService inventories;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** One tick. What goes wrong with one schedule must not stop the others; it is tried again. */
  public void tick() {
    for (SnapshotSchedule each : transaction.call(schedules::all)) {
      try {
        advance(each.id());
      } catch (RuntimeException failure) {
        LOG.log(Level.WARNING, "Snapshot schedule " + each.name(), failure);
        LeftoverLock.releaseAfter(failure);
      }
    }
    transaction.call(() -> operations.deleteEnded(clock.instant().minus(KEEP_HISTORY), AT_ONCE));
  }

  private void advance(String id) {
    boolean due =
        transaction.call(
            () ->
                schedules
                    .lock(id)
                    .map(
                        schedule ->
                            schedule.takeDue(clock.instant(), ZoneId.systemDefault())
                                || schedule.isExpansionDue())
                    .orElse(false));
    if (!due) {
      return;
    }
    SnapshotSchedule schedule = transaction.call(() -> schedules.find(id)).orElseThrow();
    try {
      List<InventoryEntry> vms = vms(schedule);
      transaction.run(() -> enqueue(id, vms));
    } catch (BackupException failure) {
      transaction.run(() -> schedules.lock(id).ifPresent(fresh -> fresh.failed(failure)));
    }
  }

  private List<InventoryEntry> vms(SnapshotSchedule schedule) {
    Inventory inventory = inventories.refresh(schedule.platform());
    List<InventoryEntry> vms =
        inventory.vmsBelow(schedule.content().stream().map(ContentNode::getNodeId).toList());
    if (vms.isEmpty()) {
      throw BackupException.of(ErrorCode.JOB_HAS_NO_VM, "job", schedule.name());
    }
    return vms;
  }

  private void enqueue(String id, List<InventoryEntry> vms) {
    SnapshotSchedule schedule = schedules.lock(id).orElse(null);
    if (schedule == null || !schedule.isExpansionDue()) {
      return;
    }
    Set<String> busy =
        operations.active().stream()
            .filter(each -> each.scheduleId().filter(id::equals).isPresent())
            .filter(each -> each.kind() == SnapshotOperationKind.CREATE)
            .map(each -> each.vm().vmId())
            .collect(Collectors.toSet());
    for (InventoryEntry vm : vms) {
      if (!busy.contains(vm.objectId())) {
        enqueue(schedule, vm);
      }
    }
    schedule.expanded();
  }

  private void enqueue(SnapshotSchedule schedule, InventoryEntry vm) {
    ScheduledSnapshot record =
        new ScheduledSnapshot(schedule, vm.objectId(), schedule.takeNumber());
    schedules.add(record);
    String title = vm.title().isEmpty() ? vm.name() : vm.title();
    operations.add(
        new SnapshotOperation(
                SnapshotOperationKind.CREATE,
                new SnapshotTarget(schedule.platform(), vm.objectId(), "", title),
                record.name(),
                SYSTEM,
                clock.instant())
            .described(schedule.name(), schedule.name(), schedule.memorySeconds())
            .ofSchedule(schedule.id(), record.tag()));
  }
}
