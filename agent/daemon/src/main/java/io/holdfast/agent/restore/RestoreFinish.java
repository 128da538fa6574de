package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PropertyDifference;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreRecord.Phase;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The end of a restore whose data is complete: other disks, start, what could not come back. */
final class RestoreFinish {
  private final RunningRestore running;
  private final RestoreRecords records;

  RestoreFinish(RunningRestore running, RestoreRecords records) {
    this.running = running;
    this.records = records;
  }

  /** May be repeated; the second call finds nothing left to do. */
  RestoreOutcome finish() {
    RestoreRecord record = running.record();
    RestoreRequest request = record.request();
    PlatformConnection platform = running.platform();
    if (record.phase() != Phase.FINISHED) {
      running.closeDisks();
      removeOtherDisks(record, platform);
      bringBackConfiguration(record, platform);
      running.record(records.store(record.in(Phase.FINISHED)));
    }
    // From here on the target is the user's: it is not undone when only its start fails.
    if (request.getStartAfter()) {
      platform.start(record.vm().id());
    }
    VmDescription now = platform.describeVm(record.vm().id());
    List<PropertyDifference> table =
        RestoreDifferences.of(record, RestorePoints.summary(running.point().manifest()), now);
    RestoreOutcome.Builder outcome =
        RestoreOutcome.newBuilder()
            .setVmId(record.vm().id())
            .setVmName(record.vm().name())
            .setStarted(request.getStartAfter())
            .addAllTable(table);
    table.forEach(row -> outcome.addDifferences(RestoreDifferences.notice(row)));
    sameAddress(record, platform).ifPresent(outcome::addDifferences);
    return outcome.build();
  }

  /** S1 table 7, restore 5: two VMs of the same addresses must not run in one network. */
  private Optional<Notice> sameAddress(RestoreRecord record, PlatformConnection platform) {
    VmDescription then = RestorePoints.summary(running.point().manifest()).getVm();
    boolean besides =
        record.request().getMode() == RestoreMode.NEW_VM
            && VmShutdowns.described(then.getVmId(), platform)
                .filter(vm -> vm.getUuid().equals(then.getUuid()))
                .isPresent();
    return besides
        ? Optional.of(Notices.warning(NoticeCode.RESTORE_SAME_ADDRESS, "vm", then.getName()))
        : Optional.empty();
  }

  /**
   * CAS-13, CAS-19: what the platform lets change is as it was, or as asked for; what it does not
   * take is a row of the table.
   */
  private void bringBackConfiguration(RestoreRecord record, PlatformConnection platform) {
    RestoreMode mode = record.request().getMode();
    if (mode == RestoreMode.NEW_VM || mode == RestoreMode.ORIGINAL_VM) {
      VmDescription then = RestorePoints.summary(running.point().manifest()).getVm();
      platform.reconfigure(record.vm().id(), RestoreIntent.like(record.request(), then));
    }
  }

  /** CAS-13: with some disks chosen, the VM's others go, if that was confirmed. */
  private static void removeOtherDisks(RestoreRecord record, PlatformConnection platform) {
    boolean asked =
        record.request().getMode() == RestoreMode.ORIGINAL_VM
            && record.request().getDeleteOtherDisks()
            && !record.vm().created();
    if (!asked) {
      return;
    }
    Set<String> restored =
        record.disks().stream().map(RestoreRecord.Disk::targetKey).collect(Collectors.toSet());
    for (DiskDescription disk : platform.describeVm(record.vm().id()).getDisksList()) {
      if (!restored.contains(disk.getDiskKey())) {
        platform.removeDisk(record.vm().id(), disk.getDiskKey(), true);
      }
    }
  }
}
