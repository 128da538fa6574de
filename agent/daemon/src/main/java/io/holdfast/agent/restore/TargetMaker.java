package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreIntent.Chosen;
import io.holdfast.agent.restore.RestoreRecord.Phase;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Makes what a restore writes into. Every step says in the session file what it is about to make
 * and, after it, what it made; each may be repeated.
 */
final class TargetMaker {
  private static final int LONGEST_NAME = 40;
  // A volume of such a pool is chosen, not made: it may hold anything and is not ours to delete.
  static final Set<String> BLOCK_POOLS =
      Set.of("iscsi", "fc", "rbd", "logical", "lvm", "mpath", "disk", "scsi", "block");

  private final RestoreIntent intent;
  private final PlatformConnection platform;
  private final RestoreRecords records;
  private final VmShutdowns shutdowns;
  private final SafetySnapshots safety;

  TargetMaker(
      RestoreIntent intent,
      PlatformConnection platform,
      RestoreRecords records,
      SafetySnapshots safety,
      Clock clock) {
    this.intent = intent;
    this.platform = platform;
    this.records = records;
    this.shutdowns = new VmShutdowns(records, clock);
    this.safety = safety;
  }

  /** A record for a session that made nothing yet. */
  static RestoreRecord begin(RestoreIntent intent) {
    RestoreRequest request =
        intent.request().toBuilder()
            .setPlatform(intent.request().getPlatform().toBuilder().clearPassword())
            .setPool(intent.request().getPool().toBuilder().clearStorage().clearSecret())
            .build();
    boolean created = createsVm(intent);
    VmDescription vm = intent.existing().orElse(intent.source());
    String name = request.getMode() == RestoreMode.NEW_VM ? request.getNewVmName() : vm.getName();
    return new RestoreRecord(
        request,
        Phase.MAKING,
        new RestoreRecord.Vm(created ? "" : vm.getVmId(), name, created),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static boolean createsVm(RestoreIntent intent) {
    return intent.request().getMode() == RestoreMode.NEW_VM
        || (intent.request().getMode() == RestoreMode.ORIGINAL_VM && intent.existing().isEmpty());
  }

  /** Brings the target into being as far as it is not; the answer is stored. */
  RestoreRecord make(RestoreRecord record) {
    RestoreRecord stored = records.store(record);
    RestoreRecord made = stored.vm().created() ? makeVm(stored) : makeDisks(stored);
    return records.store(made.in(Phase.MADE));
  }

  private RestoreRecord makeVm(RestoreRecord before) {
    RestoreRecord record = before;
    // Only a VM whose name was asked for is replaced; an original that turned up again never is.
    boolean replaces = intent.request().getMode() == RestoreMode.NEW_VM;
    if (replaces && intent.existing().isPresent()) {
      record = records.store(replaceExisting(record, intent.existing().get()));
    }
    List<NewDisk> wanted = new ArrayList<>();
    for (Chosen chosen : intent.disks()) {
      wanted.add(newDisk(intent, chosen, chosen.disk().getDevice(), record.vm().name()));
    }
    String host =
        intent.request().getMode() == RestoreMode.NEW_VM
            ? intent.request().getTargetHostId()
            : intent.source().getHostId();
    boolean keepMac =
        intent.request().getKeepMac() || intent.request().getMode() == RestoreMode.ORIGINAL_VM;
    VmDescription vm =
        platform.createVm(
            new NewVm(
                record.vm().name(),
                host,
                RestoreIntent.like(intent.request(), intent.source()),
                wanted,
                intent.request().getNetworksList(),
                keepMac,
                intent.request().getSessionId()));
    RestoreRecord made = record.of(new RestoreRecord.Vm(vm.getVmId(), vm.getName(), true));
    for (int i = 0; i < wanted.size(); i++) {
      made = made.with(recorded(wanted.get(i), created(vm, wanted.get(i), i)));
    }
    return made;
  }

  /** CAS-16: the VM that was confirmed goes, its volumes stay. */
  private RestoreRecord replaceExisting(RestoreRecord before, VmDescription existing) {
    requireConfirmed(existing);
    RestoreRecord record = shutdowns.shutDown(before, existing, platform);
    platform.deleteVm(existing.getVmId(), false);
    return record.with(Notices.warning(NoticeCode.RESTORE_VM_REPLACED, "vm", existing.getName()));
  }

  /** Names are reused: between the confirmation and now another VM may have taken this one. */
  private void requireConfirmed(VmDescription existing) {
    String confirmed = intent.request().getOverwriteVmId();
    if (!existing.getVmId().equals(confirmed)) {
      throw BackupException.of(
          ErrorCode.TARGET_VM_CHANGED,
          "vm",
          existing.getName(),
          "address",
          intent.request().getPlatform().getAddress(),
          "actual",
          existing.getVmId(),
          "expected",
          confirmed.isEmpty() ? "-" : confirmed);
    }
  }

  private static DiskDescription created(VmDescription vm, NewDisk wanted, int position) {
    Optional<DiskDescription> byVolume =
        vm.getDisksList().stream()
            .filter(disk -> disk.getPath().endsWith("/" + wanted.volumeName()))
            .findFirst();
    if (byVolume.isPresent()) {
      return byVolume.get();
    }
    if (position >= vm.getDisksCount()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "disk", "id", wanted.volumeName());
    }
    return vm.getDisks(position);
  }

  private RestoreRecord makeDisks(RestoreRecord before) {
    RestoreRecord record =
        safety.take(
            shutdowns.shutDown(before, intent.existing().orElseThrow(), platform),
            intent.request().getPlatform());
    boolean inPlace = intent.request().getMode() != RestoreMode.NEW_DISK;
    for (Chosen chosen : intent.disks()) {
      Optional<DiskDescription> target = inPlace ? intent.inPlace(chosen) : Optional.empty();
      boolean ours =
          record.disk(chosen.disk().getDiskKey()).filter(RestoreRecord.Disk::created).isPresent();
      if (target.isPresent() && !ours) {
        String key = target.get().getDiskKey();
        record =
            record.with(
                RestoreRecord.Disk.inPlace(
                    chosen.disk().getDiskKey(), key, target.get().getSizeBytes()));
      } else {
        record = makeDisk(record, chosen, inPlace ? chosen.disk().getDevice() : "");
      }
      records.store(record);
    }
    return record;
  }

  private RestoreRecord makeDisk(RestoreRecord before, Chosen chosen, String device) {
    NewDisk wanted = newDisk(intent, chosen, device, before.vm().name());
    boolean begun =
        before.disk(wanted.sourceDiskKey()).filter(RestoreRecord.Disk::created).isPresent();
    if (!begun) {
      requireFreeVolume(before.vm().id(), wanted);
    }
    RestoreRecord intended =
        records.store(
            before.with(
                new RestoreRecord.Disk(
                    wanted.sourceDiskKey(), "", wanted.volumeName(), true, false, 0)));
    DiskDescription disk = platform.createDisk(before.vm().id(), wanted);
    return intended
        .with(recorded(wanted, disk))
        .with(Notices.note(NoticeCode.RESTORE_DISK_CREATED, "disk", disk.getDevice()));
  }

  /** A disk of the VM that has the volume name already is no disk of ours to write or delete. */
  private void requireFreeVolume(String vmId, NewDisk wanted) {
    boolean taken =
        platform.describeVm(vmId).getDisksList().stream()
            .anyMatch(disk -> disk.getPath().endsWith("/" + wanted.volumeName()));
    if (taken) {
      throw BackupException.of(
          ErrorCode.ALREADY_EXISTS, "what", "volume", "name", wanted.volumeName());
    }
  }

  private static RestoreRecord.Disk recorded(NewDisk wanted, DiskDescription disk) {
    boolean chosenVolume = BLOCK_POOLS.contains(disk.getStoragePoolType().toLowerCase(Locale.ROOT));
    return new RestoreRecord.Disk(
        wanted.sourceDiskKey(),
        disk.getDiskKey(),
        wanted.volumeName(),
        !chosenVolume,
        !chosenVolume,
        0);
  }

  /** The disk that will be made for a chosen one. */
  static NewDisk newDisk(RestoreIntent intent, Chosen chosen, String device, String vmName) {
    DiskDescription disk = chosen.disk();
    String folder = chosen.wish().getFolder();
    String plain =
        chosen.wish().getVolumeName().isEmpty()
            ? volumeName(vmName, disk.getDevice(), intent.request().getSessionId())
            : chosen.wish().getVolumeName();
    String name = folder.isEmpty() ? plain : folder + "/" + plain;
    return new NewDisk(
        disk.getDiskKey(),
        name,
        chosen.storagePool(),
        disk.getSizeBytes(),
        chosen.format(),
        chosen.preallocation(),
        disk.getBus(),
        device);
  }

  /** Unique and harmless, whatever the VM is called. */
  static String volumeName(String vmName, String device, String sessionId) {
    String plain = vmName.replaceAll("[^A-Za-z0-9_]", "-").replaceAll("-+", "-");
    String cut = plain.substring(0, Math.min(LONGEST_NAME, plain.length()));
    String start = cut.replaceAll("^-+", "");
    return (start.isEmpty() ? "vm" : start) + "-" + device + "-" + sessionId.substring(0, 8);
  }
}
