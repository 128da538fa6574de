package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreIntent.Chosen;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known before a restore of what it cannot bring back, and by which way it goes. */
final class RestoreForecast {
  private RestoreForecast() {}

  static List<Notice> of(RestoreIntent intent, PlatformConnection platform) {
    List<Notice> result = new ArrayList<>();
    Optional<VmDescription> existing = intent.existing();
    boolean original =
        intent.request().getMode() == RestoreMode.ORIGINAL_VM
            || intent.request().getMode() == RestoreMode.ORIGINAL_DISK;
    if (original
        && existing.isPresent()
        && !existing.get().getVmId().equals(intent.source().getVmId())) {
      result.add(
          Notices.warning(
              NoticeCode.VM_FOUND_BY_UUID,
              "vm",
              existing.get().getName(),
              "from",
              intent.source().getVmId(),
              "to",
              existing.get().getVmId()));
    }
    if (intent.request().getMode() == RestoreMode.EXISTING_DISK) {
      intent.disks().forEach(chosen -> otherVm(intent, chosen).ifPresent(result::add));
      return result;
    }
    for (Chosen chosen : intent.disks()) {
      DiskDescription disk = chosen.disk();
      boolean inPlace = original && intent.inPlace(chosen).isPresent();
      if (!inPlace && !disk.getMode().isEmpty() && !disk.getMode().equals("subordinate")) {
        result.add(
            Notices.note(
                NoticeCode.RESTORE_DISK_MODE_CHANGED,
                "disk",
                disk.getDevice(),
                "from",
                disk.getMode()));
      }
      if (!inPlace && disk.getBackingChainCount() > 0) {
        result.add(Notices.note(NoticeCode.RESTORE_DISK_FLATTENED, "disk", disk.getDevice()));
      }
    }
    existing.ifPresent(
        vm -> result.addAll(platform.dataPlane(vm, intent.request().getDataPlane())));
    return result;
  }

  /** S2 FAQ: the system disk of one image over that of another may not boot. */
  private static Optional<Notice> otherVm(RestoreIntent intent, Chosen chosen) {
    VmDescription vm = intent.existing().orElseThrow();
    return vm.getVmId().equals(intent.source().getVmId())
        ? Optional.empty()
        : intent
            .inPlace(chosen)
            .map(
                target ->
                    Notices.warning(
                        NoticeCode.RESTORE_OTHER_VM,
                        "disk",
                        chosen.disk().getDevice(),
                        "target",
                        target.getDevice(),
                        "vm",
                        vm.getName()));
  }
}
