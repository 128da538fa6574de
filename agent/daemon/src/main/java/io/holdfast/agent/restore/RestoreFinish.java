package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreRecord.Phase;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.ArrayList;
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
      running.record(records.store(record.in(Phase.FINISHED)));
    }
    // From here on the target is the user's: it is not undone when only its start fails.
    if (request.getStartAfter()) {
      platform.start(record.vm().id());
    }
    return RestoreOutcome.newBuilder()
        .setVmId(record.vm().id())
        .setVmName(record.vm().name())
        .setStarted(request.getStartAfter())
        .addAllDifferences(differences(record, platform.describeVm(record.vm().id())))
        .build();
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

  /** CAS-19, CAS-07, CAS-23: what is not as it was. */
  private List<Notice> differences(RestoreRecord record, VmDescription now) {
    VmDescription then = RestorePoints.summary(running.point().manifest()).getVm();
    List<Notice> result = new ArrayList<>();
    RestoreMode mode = record.request().getMode();
    if (mode == RestoreMode.NEW_VM || mode == RestoreMode.ORIGINAL_VM) {
      configuration(then, now, result);
      networks(then, now, result);
    }
    if (record.vm().created()) {
      result.add(different("VNC password", "as set", "none"));
    }
    for (RestoreRecord.Disk disk : record.disks()) {
      Optional<DiskDescription> source = disk(then, disk.sourceKey());
      Optional<DiskDescription> target = disk(now, disk.targetKey());
      if (source.isPresent() && target.isPresent()) {
        disk(source.get(), target.get(), disk.created(), result);
      }
    }
    return result;
  }

  private static void configuration(VmDescription then, VmDescription now, List<Notice> result) {
    if (!then.getFirmware().equals(now.getFirmware())) {
      result.add(
          Notices.warning(
              NoticeCode.RESTORE_FIRMWARE_CHANGED,
              "from",
              then.getFirmware(),
              "to",
              now.getFirmware()));
    }
    differs("boot order", then.getBootOrder(), now.getBootOrder(), result);
    differs("CPU sockets", then.getCpuSockets(), now.getCpuSockets(), result);
    differs("CPU cores", then.getCpuCores(), now.getCpuCores(), result);
    differs("CPU mode", then.getCpuMode(), now.getCpuMode(), result);
    differs("memory (MiB)", then.getMemoryMib(), now.getMemoryMib(), result);
  }

  private static void differs(String what, Object from, Object to, List<Notice> result) {
    if (!from.equals(to)) {
      result.add(different(what, from, to));
    }
  }

  private static Notice different(String what, Object from, Object to) {
    return Notices.note(NoticeCode.RESTORE_DIFFERENCE, "what", what, "from", from, "to", to);
  }

  private static void networks(VmDescription then, VmDescription now, List<Notice> result) {
    int common = Math.min(then.getNetworksCount(), now.getNetworksCount());
    for (int i = 0; i < common; i++) {
      NetworkCard before = then.getNetworks(i);
      NetworkCard after = now.getNetworks(i);
      if (!before.getMac().equalsIgnoreCase(after.getMac())) {
        result.add(
            Notices.note(
                NoticeCode.RESTORE_MAC_CHANGED,
                "device",
                i,
                "from",
                before.getMac(),
                "to",
                after.getMac()));
      }
    }
    differs("network cards", then.getNetworksCount(), now.getNetworksCount(), result);
  }

  private static Optional<DiskDescription> disk(VmDescription vm, String key) {
    return vm.getDisksList().stream().filter(each -> each.getDiskKey().equals(key)).findFirst();
  }

  private static void disk(
      DiskDescription source, DiskDescription target, boolean created, List<Notice> result) {
    if (!source.getMode().equals(target.getMode())) {
      result.add(
          Notices.note(
              NoticeCode.RESTORE_DISK_MODE_CHANGED,
              "disk",
              target.getDevice(),
              "from",
              source.getMode()));
    }
    if (source.getSizeBytes() != target.getSizeBytes()) {
      result.add(
          different(
              "disk " + target.getDevice() + " (bytes)",
              source.getSizeBytes(),
              target.getSizeBytes()));
    }
    if (created && source.getBackingChainCount() > 0) {
      result.add(Notices.note(NoticeCode.RESTORE_DISK_FLATTENED, "disk", target.getDevice()));
    }
  }
}
