package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
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
  /** [SRC] S1 table 7, backup 18. */
  private static final long LARGE_FOR_INTERNAL = 2L << 40;

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

  /**
   * Judges a VM as it is, or as it will be.
   *
   * @param off whether the VM is shut off, or will be before its snapshot (OPT-18)
   */
  BackupEligibility judge(CasVm vm, SnapshotType wanted, boolean off) {
    requireState(vm);
    requireDisks(vm);
    CasNode host = hosts.hostIfKnown(vm.description().getHostId());
    CasRelease release = hosts.release(host);
    requireSupported(release, host.text("arch"));
    List<Notice> notices = new ArrayList<>();
    SnapshotType type = type(vm, wanted, off, notices);
    String noTracking = untrackable(off, type, release);
    List<BackupEligibility.Disk> disks = new ArrayList<>();
    for (CasVm.Disk disk : vm.disks()) {
      BackupEligibility.Disk judged = judged(disk, type, noTracking.isEmpty());
      disks.add(judged);
      tell(vm, disk, judged, noTracking, notices);
      if (type == SnapshotType.SNAPSHOT_INTERNAL
          && !off
          && disk.description().getSizeBytes() > LARGE_FOR_INTERNAL) {
        notices.add(
            Notices.warning(
                NoticeCode.SNAPSHOT_INTERNAL_LARGE, "disk", disk.description().getDevice()));
      }
    }
    String untracked = noTracking.isEmpty() ? whyUntracked(vm, disks) : noTracking;
    return new BackupEligibility(
        vm.description(), type, disks, untracked.isEmpty(), List.copyOf(notices), untracked);
  }

  private static void tell(
      CasVm vm,
      CasVm.Disk disk,
      BackupEligibility.Disk judged,
      String noTracking,
      List<Notice> notices) {
    String device = disk.description().getDevice();
    if (judged.included() && !judged.trackable()) {
      notices.add(
          Notices.info(
              NoticeCode.TRACKING_UNAVAILABLE,
              "vm",
              vm.label(),
              "disk",
              device,
              "cause",
              noTracking.isEmpty() ? disk.description().getFormat() : noTracking));
    }
    if (judged.included() && disk.description().getBackingChainCount() > 0) {
      notices.add(
          Notices.info(
              NoticeCode.DISK_LINKED,
              "disk",
              device,
              "base",
              disk.description().getBackingChain(0)));
    }
  }

  /** RES-08: what the list calls unsupported is not backed up. */
  private void requireSupported(CasRelease release, String architecture) {
    if (release.verdict(architecture) == CasRelease.Verdict.UNSUPPORTED) {
      throw errors.of(
          ErrorCode.PLATFORM_VERSION_UNSUPPORTED,
          "not supported",
          "product",
          release.product(),
          "version",
          release.named(architecture));
    }
  }

  /** The kind of snapshot to take now; SNAPSHOT_UNSUPPORTED naming disks and causes. */
  SnapshotType type(CasVm vm, SnapshotType wanted) {
    return type(vm, wanted, vm.shutOff(), new ArrayList<>());
  }

  /**
   * [SRC] A VM without a common kind of snapshot can only be read while it is off; one kind asked
   * for and not possible fails in any case.
   */
  private SnapshotType type(CasVm vm, SnapshotType wanted, boolean off, List<Notice> notices) {
    SnapshotChoice choice = new SnapshotChoice(vm, capability(vm));
    boolean adaptive =
        wanted != SnapshotType.SNAPSHOT_EXTERNAL && wanted != SnapshotType.SNAPSHOT_INTERNAL;
    SnapshotType type = adaptive ? choice.adaptive() : wanted;
    if (choice.possible(type)) {
      return type;
    }
    if (!adaptive) {
      throw unsupported(vm, wanted, choice.reasons(wanted));
    }
    if (!off) {
      throw unsupported(vm, wanted, choice.reasons(wanted) + Reason.of(ReasonCode.ONLY_WHILE_OFF));
    }
    notices.add(Notices.info(NoticeCode.SNAPSHOT_NOT_POSSIBLE, "cause", choice.reasons(wanted)));
    return SnapshotType.SNAPSHOT_NONE;
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

  /** What is read or written without a snapshot must be off. */
  void requireOff(CasVm vm) {
    if (!vm.shutOff()) {
      throw stateRefused(vm, vm.description().getState(), "Shut it down first.");
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
      if (disk.encrypted() && disk.qcow2()) {
        String device = disk.description().getDevice();
        throw errors.of(
            ErrorCode.SNAPSHOT_UNSUPPORTED,
            Reason.of(ReasonCode.LUKS_QCOW2, "disk", device),
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
    boolean included = type != SnapshotType.SNAPSHOT_EXTERNAL || disk.dependent();
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
  private static String untrackable(boolean off, SnapshotType type, CasRelease release) {
    if (off) {
      return Reason.of(ReasonCode.TRACKING_VM_OFF);
    }
    if (!release.tracksRunningVms()) {
      return Reason.of(ReasonCode.TRACKING_RELEASE, "version", release.text());
    }
    if (type == SnapshotType.SNAPSHOT_EXTERNAL && !release.tracksWithExternalSnapshots()) {
      return Reason.of(ReasonCode.TRACKING_EXTERNAL_RELEASE, "version", release.text());
    }
    return "";
  }

  private String whyUntracked(CasVm vm, List<BackupEligibility.Disk> disks) {
    List<String> trackable =
        disks.stream()
            .filter(BackupEligibility.Disk::trackable)
            .map(each -> each.disk().getDevice())
            .toList();
    return trackable.isEmpty()
        ? Reason.of(ReasonCode.TRACKING_NO_DISK)
        : tracking.whyNotFor(vm.id(), trackable);
  }
}
