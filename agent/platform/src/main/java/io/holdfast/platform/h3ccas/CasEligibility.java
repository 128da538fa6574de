package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.spi.BackupEligibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What stands against a backup and what it can be (CAS-05, CAS-06, CAS-07). Reads only. */
final class CasEligibility {
  private final CasHttp http;
  private final CasErrors errors;
  private final CasHosts hosts;
  private final CasTracking tracking;

  CasEligibility(CasHttp http, CasErrors errors, CasHosts hosts, CasTracking tracking) {
    this.http = http;
    this.errors = errors;
    this.hosts = hosts;
    this.tracking = tracking;
  }

  BackupEligibility judge(CasVm vm, SnapshotType wanted) {
    requireState(vm);
    requireDisks(vm);
    SnapshotType type = type(vm, wanted);
    List<Notice> notices = new ArrayList<>();
    CasRelease release = hosts.release(hosts.hostIfKnown(vm.description().getHostId()));
    String noTracking = untrackable(vm, type, release);
    List<BackupEligibility.Disk> disks = new ArrayList<>();
    for (CasVm.Disk disk : vm.disks()) {
      BackupEligibility.Disk judged = judged(disk, type, noTracking.isEmpty());
      disks.add(judged);
      if (judged.included() && !judged.trackable()) {
        notices.add(
            Notices.info(
                NoticeCode.TRACKING_UNAVAILABLE,
                "vm",
                vm.label(),
                "disk",
                disk.description().getDevice(),
                "cause",
                noTracking.isEmpty() ? disk.description().getFormat() : noTracking));
      }
    }
    return new BackupEligibility(
        vm.description(), type, disks, trackingEnabled(vm, disks), List.copyOf(notices));
  }

  /** The kind of snapshot to take now; SNAPSHOT_UNSUPPORTED naming disks and causes. */
  SnapshotType type(CasVm vm, SnapshotType wanted) {
    SnapshotChoice choice = new SnapshotChoice(vm, capability(vm));
    boolean adaptive =
        wanted != SnapshotType.SNAPSHOT_EXTERNAL && wanted != SnapshotType.SNAPSHOT_INTERNAL;
    SnapshotType type = adaptive ? choice.adaptive() : wanted;
    if (!choice.possible(type)) {
      throw unsupported(vm, wanted, choice.reasons(wanted));
    }
    return type;
  }

  void requireState(CasVm vm) {
    if (vm.template()) {
      throw stateRefused(vm, "a template", "Templates are not backed up.");
    }
    if (vm.migrating()) {
      throw stateRefused(vm, "being migrated", "Wait for the end of the migration.");
    }
    if (!vm.running() && !vm.shutOff()) {
      throw stateRefused(vm, vm.description().getState(), "Resume it or shut it down.");
    }
  }

  private RuntimeException stateRefused(CasVm vm, String state, String advice) {
    return errors.of(
        ErrorCode.VM_STATE_REFUSED, state, "vm", vm.label(), "state", state, "advice", advice);
  }

  void requireDisks(CasVm vm) {
    if (vm.disks().isEmpty()) {
      throw errors.of(ErrorCode.VM_HAS_NO_DISK, "no disk", "vm", vm.label());
    }
    for (CasVm.Disk disk : vm.disks()) {
      if (disk.encrypted()) {
        String device = disk.description().getDevice();
        throw errors.of(
            ErrorCode.SNAPSHOT_UNSUPPORTED,
            device + ": LUKS-encrypted qcow2 cannot be backed up",
            "vm",
            vm.label(),
            "disk",
            device,
            "type",
            "");
      }
    }
  }

  private RuntimeException unsupported(CasVm vm, SnapshotType wanted, String reasons) {
    String kind = wanted.name().replace("SNAPSHOT_", "").toLowerCase(Locale.ROOT);
    return errors.of(
        ErrorCode.SNAPSHOT_UNSUPPORTED, reasons, "vm", vm.label(), "type", kind, "disk", reasons);
  }

  /** [INF] A release without this call says nothing. */
  private CasNode capability(CasVm vm) {
    CasReply reply = http.get(CasPath.of("vm", vm.id(), "snapshotCapability"));
    return reply.absent() || reply.refused() ? CasNode.nothing() : reply.body();
  }

  private static BackupEligibility.Disk judged(
      CasVm.Disk disk, SnapshotType type, boolean trackingPossible) {
    String device = disk.description().getDevice();
    boolean included = type == SnapshotType.SNAPSHOT_INTERNAL || disk.dependent();
    Notice why =
        included
            ? Notice.getDefaultInstance()
            : Notices.warning(
                NoticeCode.DISK_EXCLUDED_INDEPENDENT,
                "disk",
                device,
                "mode",
                disk.description().getMode());
    boolean trackable = included && trackingPossible && disk.qcow2() && !disk.block();
    return new BackupEligibility.Disk(disk.description(), included, why, trackable);
  }

  /** [SRC] Why no disk of this VM can be tracked now; empty when they can. */
  private static String untrackable(CasVm vm, SnapshotType type, CasRelease release) {
    if (!vm.running()) {
      return "the VM is shut off";
    }
    if (!release.tracksRunningVms()) {
      return release.text() + " cannot track running VMs";
    }
    if (type == SnapshotType.SNAPSHOT_EXTERNAL && !release.tracksWithExternalSnapshots()) {
      return "external snapshots need E0760 or later for tracking, the host has " + release.text();
    }
    return "";
  }

  private boolean trackingEnabled(CasVm vm, List<BackupEligibility.Disk> disks) {
    List<String> trackable =
        disks.stream()
            .filter(BackupEligibility.Disk::trackable)
            .map(each -> each.disk().getDevice())
            .toList();
    return !trackable.isEmpty() && tracking.validFor(vm.id(), trackable);
  }
}
