package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.HostOfLastBackup;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.StorageSpace;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands against a backup and what it would be: the one place where it is decided, for the
 * check before a run, for the plan and for the beginning (CAS-06, CAS-07, CAS-23, OPT-07, OPT-18).
 * Reads only.
 */
final class VmEligibility {
  private final PlatformConnection platform;
  private final Set<String> openHere;

  /**
   * @param openHere ids of the backup sessions of this process
   */
  VmEligibility(PlatformConnection platform, Set<String> openHere) {
    this.platform = platform;
    this.openHere = openHere;
  }

  /**
   * What was found.
   *
   * @param vm what the platform makes of it
   * @param notices what to tell, the platform's among them
   * @param storage the pools of its disks, when there is a rule for them
   * @param shutsDown it runs and will be shut down first
   * @param leftovers snapshots of ended sessions, to be removed before the run
   */
  record Judged(
      BackupEligibility vm,
      List<Notice> notices,
      List<StorageSpace> storage,
      boolean shutsDown,
      List<String> leftovers) {
    String vmId() {
      return vm.vm().getVmId();
    }
  }

  /**
   * Judges the VM of a request.
   *
   * @throws BackupException VM_NOT_FOUND, VM_REPLACED, HOST_REGISTERED_ANEW, VM_STATE_REFUSED,
   *     VM_HAS_NO_DISK, SNAPSHOT_UNSUPPORTED, GUEST_NOT_FREEZABLE, PLATFORM_VERSION_UNSUPPORTED,
   *     VM_IN_BACKUP, STORAGE_RESERVE_REACHED
   */
  Judged judge(BackupRequest request) {
    List<Notice> notices = new ArrayList<>();
    VmDescription now = identified(request, notices);
    requireSameHost(request, now);
    boolean shutsDown = request.getShutDownVm() && now.getState().equals("running");
    BackupEligibility vm =
        shutsDown
            ? platform.eligibilityWhenOff(now.getVmId(), request.getSnapshotType())
            : platform.eligibility(now.getVmId(), request.getSnapshotType());
    if (vm.disks().stream().noneMatch(BackupEligibility.Disk::included)) {
      throw BackupException.of(ErrorCode.VM_HAS_NO_DISK, "vm", vm.vm().getName());
    }
    GuestFreezes.require(request, vm.vm(), shutsDown || !now.getState().equals("running"));
    notices.addAll(vm.notices());
    if (shutsDown) {
      notices.add(Notices.note(NoticeCode.VM_WILL_SHUT_DOWN, "vm", vm.vm().getName()));
    }
    List<String> leftovers = leftovers(request, vm.vm(), notices);
    FreeSpace space = new FreeSpace(request.getFreeSpace(), platform);
    List<StorageSpace> storage = request.hasFreeSpace() ? space.of(vm) : List.of();
    space.require(vm.vm(), storage);
    return new Judged(vm, List.copyOf(notices), storage, shutsDown, leftovers);
  }

  /**
   * The VM as it is now, by its id or, where another or none is there, by its UUID: ids are the
   * platform's and change when a VM is registered anew, a UUID goes with the VM and a clone gets
   * another one.
   */
  VmDescription identified(BackupRequest request, List<Notice> notices) {
    String expected = request.getExpectedVmUuid();
    Optional<VmDescription> byId = described(platform, request.getVmId());
    if (byId.isPresent() && (expected.isEmpty() || expected.equals(byId.get().getUuid()))) {
      return byId.get();
    }
    Optional<VmDescription> byUuid =
        expected.isEmpty() ? Optional.empty() : platform.findVmByUuid(expected);
    if (byUuid.isPresent()) {
      notices.add(
          Notices.warning(
              NoticeCode.VM_FOUND_BY_UUID,
              "vm",
              byUuid.get().getName(),
              "from",
              request.getVmId(),
              "to",
              byUuid.get().getVmId()));
      return byUuid.get();
    }
    VmDescription other = byId.orElseGet(() -> platform.describeVm(request.getVmId()));
    throw BackupException.of(
        ErrorCode.VM_REPLACED,
        "vm",
        other.getName(),
        "actual",
        other.getUuid(),
        "expected",
        expected);
  }

  /**
   * CAS-12: a job does not go on with a VM whose host was deleted and added again; a VM that moved
   * to another host is another matter.
   */
  private void requireSameHost(BackupRequest request, VmDescription now) {
    HostOfLastBackup then = request.getLastHost();
    if (!request.hasLastHost() || then.getHostId().equals(now.getHostId())) {
      return;
    }
    boolean anew =
        platform
            .newIdOfHost(then.getHostId(), then.getHostName(), then.getHostAddress())
            .filter(now.getHostId()::equals)
            .isPresent();
    if (anew) {
      throw BackupException.of(
          ErrorCode.HOST_REGISTERED_ANEW,
          "vm",
          now.getName(),
          "host",
          now.getHostName(),
          "from",
          then.getHostId(),
          "to",
          now.getHostId());
    }
  }

  /** A VM as it is now, if it is there. */
  static Optional<VmDescription> described(PlatformConnection platform, String vmId) {
    try {
      return Optional.of(platform.describeVm(vmId));
    } catch (BackupException gone) {
      if (gone.code() == ErrorCode.VM_NOT_FOUND) {
        return Optional.empty();
      }
      throw gone;
    }
  }

  /**
   * CAS-06: other sessions' snapshots on the VM. Those of ended sessions are leftovers; any other
   * is a backup under way, of this server, of another, or of one that forgot.
   */
  private List<String> leftovers(BackupRequest request, VmDescription vm, List<Notice> notices) {
    List<String> result = new ArrayList<>();
    Map<String, Instant> ours = platform.snapshotsOf(vm.getVmId(), BackupOpening.SNAPSHOT_PREFIX);
    for (Map.Entry<String, Instant> each : ours.entrySet()) {
      String session = each.getKey().substring(BackupOpening.SNAPSHOT_PREFIX.length());
      if (session.equals(request.getSessionId())) {
        continue;
      }
      boolean ended = request.getSessions().getEndedList().contains(session);
      boolean live = request.getSessions().getLiveList().contains(session);
      boolean known = openHere.contains(session) || request.hasSessions();
      // Of a session that the server gave up this agent may not have heard: it ended all the same.
      if (live || (known && !ended)) {
        throw BackupException.of(
            ErrorCode.VM_IN_BACKUP,
            "vm",
            vm.getName(),
            "snapshot",
            each.getKey(),
            "taken",
            each.getValue());
      }
      if (ended) {
        result.add(each.getKey());
      } else {
        notices.add(Notices.warning(NoticeCode.FOREIGN_BACKUP_SNAPSHOT, "snapshot", each.getKey()));
      }
    }
    return result;
  }
}
