package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PropertyDifference;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.DifferenceReason;
import io.holdfast.platform.spi.VmProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table "original and restored VM": what is not as it was, and why (CAS-07, CAS-13, CAS-19,
 * CAS-20, CAS-23). The restored VM is read back from the platform, so it is what is there, not what
 * was asked for.
 */
final class RestoreDifferences {
  private final RestoreRecord record;
  private final RestorePointSummary point;
  private final VmDescription then;
  private final VmDescription now;
  private final List<PropertyDifference> rows = new ArrayList<>();

  private RestoreDifferences(RestoreRecord record, RestorePointSummary point, VmDescription now) {
    this.record = record;
    this.point = point;
    this.then = point.getVm();
    this.now = now;
  }

  /** Compares. */
  static List<PropertyDifference> of(
      RestoreRecord record, RestorePointSummary point, VmDescription now) {
    return new RestoreDifferences(record, point, now).all();
  }

  private List<PropertyDifference> all() {
    RestoreMode mode = record.request().getMode();
    if (mode == RestoreMode.NEW_VM || mode == RestoreMode.ORIGINAL_VM) {
      identity();
      hardware();
      networks();
      disksLeftOut();
    }
    for (RestoreRecord.Disk disk : record.disks()) {
      Optional<DiskDescription> source = disk(then, disk.sourceKey());
      Optional<DiskDescription> target = disk(now, disk.targetKey());
      if (source.isPresent() && target.isPresent()) {
        disk(source.get(), target.get(), disk.created());
      }
    }
    return List.copyOf(rows);
  }

  private void identity() {
    if (record.vm().created()) {
      add(VmProperty.NAME, "", then.getName(), now.getName(), DifferenceReason.NEW_PATH);
      add(VmProperty.HOST, "", then.getHostName(), now.getHostName(), DifferenceReason.NEW_PATH);
      if (then.getVncPassword() && !now.getVncPassword()) {
        act(VmProperty.VNC_PASSWORD, "", "*", "", DifferenceReason.CANNOT_BE_READ);
      }
      if (then.getFirmware().equals("uefi")) {
        add(VmProperty.NVRAM, "", "*", "", DifferenceReason.CANNOT_BE_READ);
      }
    }
    act(
        VmProperty.FIRMWARE,
        "",
        then.getFirmware(),
        now.getFirmware(),
        DifferenceReason.BOOTS_OTHERWISE);
    act(
        VmProperty.BOOT_ORDER,
        "",
        then.getBootOrder(),
        now.getBootOrder(),
        DifferenceReason.BOOTS_OTHERWISE);
  }

  private void hardware() {
    RestoreRequest asked = record.request();
    add(
        VmProperty.CPU_SOCKETS,
        "",
        then.getCpuSockets(),
        now.getCpuSockets(),
        reason(asked.getCpuSockets() == now.getCpuSockets()));
    add(
        VmProperty.CPU_CORES,
        "",
        then.getCpuCores(),
        now.getCpuCores(),
        reason(asked.getCpuCores() == now.getCpuCores()));
    boolean wanted = asked.getCpuMode().equals(now.getCpuMode());
    boolean passthrough = now.getCpuMode().equals("host-passthrough");
    add(
        VmProperty.CPU_MODE,
        "",
        then.getCpuMode(),
        now.getCpuMode(),
        passthrough && !wanted ? DifferenceReason.ARM_PASSTHROUGH : reason(wanted));
    add(
        VmProperty.MEMORY_MIB,
        "",
        then.getMemoryMib(),
        now.getMemoryMib(),
        reason(asked.getMemoryMib() == now.getMemoryMib()));
  }

  private static DifferenceReason reason(boolean asAsked) {
    return asAsked ? DifferenceReason.ASKED : DifferenceReason.PLATFORM_KEEPS_OTHER;
  }

  private void networks() {
    boolean mapped = record.request().getNetworksCount() > 0;
    boolean kept =
        record.request().getKeepMac() || record.request().getMode() == RestoreMode.ORIGINAL_VM;
    int common = Math.min(then.getNetworksCount(), now.getNetworksCount());
    for (int i = 0; i < common; i++) {
      NetworkCard before = then.getNetworks(i);
      NetworkCard after = now.getNetworks(i);
      String card = String.valueOf(i);
      add(
          VmProperty.MAC,
          card,
          before.getMac().toLowerCase(Locale.ROOT),
          after.getMac().toLowerCase(Locale.ROOT),
          kept ? DifferenceReason.PLATFORM_KEEPS_OTHER : DifferenceReason.PLATFORM_ASSIGNS);
      add(
          VmProperty.VSWITCH,
          card,
          before.getVswitchName(),
          after.getVswitchName(),
          reason(mapped));
      add(
          VmProperty.NETWORK_PROFILE,
          card,
          before.getProfileId(),
          after.getProfileId(),
          reason(mapped));
    }
    add(
        VmProperty.NETWORK_CARDS,
        "",
        then.getNetworksCount(),
        now.getNetworksCount(),
        reason(mapped));
  }

  /** Disks that the VM had and that this restore did not bring: CAS-07, CAS-13, CAS-20. */
  private void disksLeftOut() {
    Set<String> inBackup =
        point.getDisksList().stream()
            .map(RestorePointDisk::getDisk)
            .map(DiskDescription::getDiskKey)
            .collect(Collectors.toSet());
    for (DiskDescription disk : then.getDisksList()) {
      String key = disk.getDiskKey();
      boolean kept = disk(now, key).isPresent() && !record.vm().created();
      if (record.disk(key).isPresent() || kept) {
        continue;
      }
      DifferenceReason why = DifferenceReason.NOT_CHOSEN;
      if (!inBackup.contains(key)) {
        why = DifferenceReason.NOT_IN_BACKUP;
      } else if (record.request().getDeleteOtherDisks() && !record.vm().created()) {
        why = DifferenceReason.REMOVED;
      }
      add(VmProperty.DISK, disk.getDevice(), disk.getPath(), "", why);
    }
  }

  private static Optional<DiskDescription> disk(VmDescription vm, String key) {
    return vm.getDisksList().stream().filter(each -> each.getDiskKey().equals(key)).findFirst();
  }

  private void disk(DiskDescription source, DiskDescription target, boolean created) {
    String device = target.getDevice();
    RestoreDisk wish =
        record.request().getDisksList().stream()
            .filter(each -> each.getDiskKey().equals(source.getDiskKey()))
            .findFirst()
            .orElse(RestoreDisk.getDefaultInstance());
    add(
        VmProperty.DISK_MODE,
        device,
        source.getMode(),
        target.getMode(),
        DifferenceReason.DEPENDENT_AFTER_RESTORE);
    add(
        VmProperty.DISK_SIZE,
        device,
        source.getSizeBytes(),
        target.getSizeBytes(),
        DifferenceReason.PLATFORM_KEEPS_OTHER);
    if (!created) {
      return;
    }
    add(
        VmProperty.DISK_FORMAT,
        device,
        source.getFormat(),
        target.getFormat(),
        reason(!wish.getFormat().isEmpty()));
    add(
        VmProperty.DISK_POOL,
        device,
        source.getStoragePool(),
        target.getStoragePool(),
        reason(!wish.getStoragePool().isEmpty()));
    add(
        VmProperty.DISK_BUS,
        device,
        source.getBus(),
        target.getBus(),
        DifferenceReason.PLATFORM_KEEPS_OTHER);
    if (source.getBackingChainCount() > 0) {
      add(
          VmProperty.BACKING_CHAIN,
          device,
          String.join(", ", source.getBackingChainList()),
          "",
          DifferenceReason.RESTORED_FLAT);
    }
    preallocation(source, target, wish.getPreallocation());
  }

  /** CAS-14: really so, not only called so: what is not thin takes its whole size at once. */
  private void preallocation(DiskDescription source, DiskDescription target, String wish) {
    String wanted = wish.isEmpty() ? source.getPreallocation() : wish;
    if (wanted.isEmpty()) {
      return;
    }
    boolean named = target.getPreallocation().isEmpty() || wanted.equals(target.getPreallocation());
    boolean reserved =
        wanted.equals("thin")
            || target.getAllocatedBytes() <= 0
            || target.getAllocatedBytes() >= target.getSizeBytes();
    if (!named || !reserved) {
      act(
          VmProperty.PREALLOCATION,
          target.getDevice(),
          wanted,
          (named ? "thin" : target.getPreallocation())
              + (reserved ? "" : " (" + target.getAllocatedBytes() + ")"),
          DifferenceReason.PLATFORM_KEEPS_OTHER);
    } else if (!source.getPreallocation().isEmpty()) {
      add(
          VmProperty.PREALLOCATION,
          target.getDevice(),
          source.getPreallocation(),
          wanted,
          DifferenceReason.ASKED);
    }
  }

  private void add(
      VmProperty property, String subject, Object from, Object to, DifferenceReason reason) {
    row(property, subject, from, to, reason, false);
  }

  /** With something left to do for the user. */
  private void act(
      VmProperty property, String subject, Object from, Object to, DifferenceReason reason) {
    row(property, subject, from, to, reason, true);
  }

  private void row(
      VmProperty property,
      String subject,
      Object from,
      Object to,
      DifferenceReason reason,
      boolean action) {
    if (!Objects.equals(from, to)) {
      rows.add(
          PropertyDifference.newBuilder()
              .setProperty(property.name())
              .setSubject(subject)
              .setOriginal(String.valueOf(from))
              .setRestored(String.valueOf(to))
              .setReason(reason.name())
              .setActionNeeded(action)
              .build());
    }
  }

  /** A row as a sentence, for the run's log. */
  static Notice notice(PropertyDifference row) {
    return switch (VmProperty.valueOf(row.getProperty())) {
      case FIRMWARE ->
          Notices.warning(
              NoticeCode.RESTORE_FIRMWARE_CHANGED,
              "from",
              row.getOriginal(),
              "to",
              row.getRestored());
      case MAC ->
          Notices.note(
              NoticeCode.RESTORE_MAC_CHANGED,
              "device",
              row.getSubject(),
              "from",
              row.getOriginal(),
              "to",
              row.getRestored());
      case DISK_MODE ->
          Notices.note(
              NoticeCode.RESTORE_DISK_MODE_CHANGED,
              "disk",
              row.getSubject(),
              "from",
              row.getOriginal());
      case BACKING_CHAIN ->
          Notices.note(NoticeCode.RESTORE_DISK_FLATTENED, "disk", row.getSubject());
      default ->
          Notices.note(
              NoticeCode.RESTORE_DIFFERENCE,
              "what",
              row.getProperty(),
              "from",
              row.getOriginal().isEmpty() ? "-" : row.getOriginal(),
              "to",
              row.getRestored().isEmpty() ? "-" : row.getRestored());
    };
  }
}
