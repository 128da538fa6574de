package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.platform.h3ccas.rest.CasNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Builds a {@link CasVm} from the basic object ({@code /vm/{id}}) and the detail object ({@code
 * /vm/detail/{id}}) [P]. Fields vary by release: each is looked for in all places it is known from.
 *
 * <p><b>disk_key</b> is the storage entry's {@code path} (basic object: {@code storeFile}): the
 * file or volume the disk was defined with. While an external snapshot is there the guest writes to
 * an overlay, but the entry goes on naming the file of the definition [INF, confirmed by the
 * simulator only], so the key is the same before, during and after a snapshot, and the one a
 * restore finds.
 */
final class CasVmReader {
  private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);
  private static final int SECTOR = 512;
  private static final Set<String> BLOCK_POOLS =
      Set.of("iscsi", "fc", "logical", "rbd", "lvm", "mpath", "disk");

  private CasVmReader() {}

  /**
   * @param basic of {@code /vm/{id}}
   * @param detail of {@code /vm/detail/{id}}
   * @param host of {@code /host/id/{id}}; nothing if it is not known
   */
  static CasVm read(CasNode basic, CasNode detail, CasNode host) {
    List<CasVm.Disk> disks = disks(basic, detail);
    CasNode group = detail.child("basic");
    CasNode cpu = detail.child("cpu");
    VmDescription.Builder vm =
        VmDescription.newBuilder()
            .setVmId(either(basic, group, "id"))
            .setUuid(either(basic, group, "uuid"))
            .setName(either(basic, group, "name"))
            .setTitle(either(basic, group, "title"))
            .setHostId(either(basic, detail, "hostId"))
            .setHostName(host.has("name") ? host.text("name") : either(basic, detail, "hostName"))
            .setHostAddress(host.firstText("ip", "address"))
            .setClusterId(either(basic, detail, "clusterId"))
            .setHostPoolId(either(basic, detail, "hostPoolId"))
            .setState(state(basic))
            .setCpuSockets(Math.max(1, (int) cpu.number("cpuSockets")))
            .setCpuCores(cores(basic, cpu))
            .setCpuMode(cpu.text("cpuMode"))
            .setMemoryMib(memory(basic, detail))
            .setFirmware(firmware(detail))
            .setBootOrder(
                detail.list("bootDev").stream().map(CasNode::text).collect(Collectors.joining(",")))
            .setProtected(basic.number("protectModel") != 0)
            .setGuestTools(tools(basic))
            .setVncPassword(detail.child("graphics").holdsPassword())
            .setPlatformDocument(detail.withoutPasswords().toString());
    disks.forEach(each -> vm.addDisks(each.description()));
    cards(basic, detail).forEach(vm::addNetworks);
    String note = either(group, basic, "description");
    return new CasVm(
        vm.build(), disks, basic.flag("migrating"), basic.text("status").equals("0"), note);
  }

  /** [P] {@code castoolsStatus} 0 or 1. */
  private static String tools(CasNode basic) {
    return switch (basic.text("castoolsStatus")) {
      case "1" -> "running";
      case "0" -> "stopped";
      default -> "";
    };
  }

  private static String either(CasNode first, CasNode second, String field) {
    return first.has(field) ? first.text(field) : second.text(field);
  }

  private static int cores(CasNode basic, CasNode cpu) {
    long cores = cpu.number("cpuCores");
    return (int) Math.max(1, cores > 0 ? cores : basic.number("cpu"));
  }

  private static long memory(CasNode basic, CasNode detail) {
    long size = detail.child("memory").number("size");
    return size > 0 ? size : basic.number("memory");
  }

  private static String firmware(CasNode detail) {
    String told = detail.child("basic").firstText("bios", "bootType", "firmware");
    return told.toLowerCase(Locale.ROOT).contains("efi") ? "uefi" : "bios";
  }

  /** [P] {@code vmStatus} words or {@code status} numbers; anything else is unknown. */
  static String state(CasNode vm) {
    return switch (vm.firstText("vmStatus", "status")) {
      case "2", CasVm.RUNNING -> CasVm.RUNNING;
      case "3", CasVm.SHUT_OFF, "shutoff" -> CasVm.SHUT_OFF;
      case "4", CasVm.PAUSED -> CasVm.PAUSED;
      default -> CasVm.UNKNOWN;
    };
  }

  private static List<CasVm.Disk> disks(CasNode basic, CasNode detail) {
    List<CasVm.Disk> result = new ArrayList<>();
    List<CasNode> entries = detail.list("storage");
    if (entries.isEmpty()) {
      basic.list("storage").stream()
          .filter(each -> isDisk(each.text("diskDevice")))
          .forEach(each -> result.add(disk(each, each.text("device"), each)));
      return result;
    }
    for (CasNode entry : entries) {
      if (isDisk(entry.text("device"))) {
        String device = entry.text("deviceName");
        result.add(disk(entry, device, basicEntry(basic, device)));
      }
    }
    return result;
  }

  /** Not a CD or floppy drive; "disk" or untold. */
  private static boolean isDisk(String kind) {
    return kind.isEmpty() || kind.equals("disk");
  }

  private static CasNode basicEntry(CasNode basic, String device) {
    return basic.list("storage").stream()
        .filter(each -> each.text("device").equals(device))
        .findFirst()
        .orElse(CasNode.nothing());
  }

  private static CasVm.Disk disk(CasNode entry, String device, CasNode basic) {
    String path = entry.has("path") ? entry.text("path") : either(entry, basic, "storeFile");
    String poolType = either(entry, basic, "poolType");
    String format = entry.has("format") ? entry.text("format") : either(entry, basic, "driveType");
    String backing =
        entry.has("backingFile") ? entry.text("backingFile") : basic.text("backingStore");
    String fileType = entry.has("fileType") ? entry.text("fileType") : basic.text("type");
    DiskDescription.Builder disk =
        DiskDescription.newBuilder()
            .setDiskKey(path.isEmpty() ? device : path)
            .setDevice(device)
            .setBus(either(entry, basic, "targetBus"))
            .setFormat(format.toLowerCase(Locale.ROOT))
            .setPath(path)
            .setSizeBytes(sizeBytes(entry, basic))
            .setAllocatedBytes(allocatedBytes(entry))
            .setStoragePool(either(entry, basic, "poolName"))
            .setStoragePoolType(poolType)
            .setMode(entry.has("diskMode") ? entry.text("diskMode") : "subordinate")
            .setPreallocation(Preallocation.ofMode(entry.text("mode")));
    if (!backing.isEmpty()) {
      disk.addBackingChain(backing);
    }
    boolean block = fileType.equals("block") || isBlockPool(poolType);
    return new CasVm.Disk(disk.build(), entry.flag("encrypted"), block);
  }

  /**
   * Whether pools of this type hold volumes and not files; the names other than iscsi are [INF].
   */
  static boolean isBlockPool(String poolType) {
    return BLOCK_POOLS.contains(poolType.toLowerCase(Locale.ROOT));
  }

  /**
   * Exact bytes where the platform tells them [INF], else MB with a fraction [P], to the sector.
   */
  private static long sizeBytes(CasNode entry, CasNode basic) {
    long exact = entry.number("sizeBytes");
    if (exact > 0) {
      return exact;
    }
    for (BigDecimal mib :
        List.of(entry.decimal("maxSize"), entry.decimal("size"), basic.decimal("capacity"))) {
      if (mib.signum() > 0) {
        return bytesOf(mib);
      }
    }
    return 0;
  }

  static long bytesOf(BigDecimal mib) {
    BigDecimal sectors = mib.multiply(MIB).divide(BigDecimal.valueOf(SECTOR), 0, RoundingMode.UP);
    return sectors.longValue() * SECTOR;
  }

  private static long allocatedBytes(CasNode entry) {
    if (entry.has("allocationBytes")) {
      return entry.number("allocationBytes");
    }
    return entry.has("allocation") ? bytesOf(entry.decimal("allocation")) : -1;
  }

  private static List<NetworkCard> cards(CasNode basic, CasNode detail) {
    List<CasNode> entries = detail.list("network");
    return (entries.isEmpty() ? basic.list("network") : entries)
        .stream().map(CasVmReader::card).toList();
  }

  private static NetworkCard card(CasNode entry) {
    String profile = entry.text("profileId");
    return NetworkCard.newBuilder()
        .setMac(entry.text("mac"))
        .setVswitchId(entry.text("vsId"))
        .setVswitchName(entry.text("vsName"))
        .setProfileId(profile.equals("0") ? "" : profile)
        .setProfileName(entry.text("profileName"))
        .setModel(entry.text("deviceModel"))
        .build();
  }
}
