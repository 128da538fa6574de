package io.holdfast.web.console.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.ProfileDescription;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.VSwitchDescription;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryEntry;
import io.holdfast.server.inventory.InventoryKind;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.inventory.PlatformService;
import io.holdfast.server.restore.KindRestores;
import io.holdfast.web.console.layout.Feedback;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a restore can be aimed at: hosts and VMs of a platform, pools and networks of a host. */
@Named("restoreTargets")
@ViewScoped
public class TargetsView implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MOST_VMS = 1000;

  /** [P] iscsi; [INF] the others: what CAS calls its pools of existing volumes. */
  private static final Set<String> BLOCK_TYPES =
      Set.of("iscsi", "fc", "rbd", "logical", "lvm", "fcsan");

  @Inject PlatformService platforms;
  @Inject InventoryService inventories;
  @Inject Feedback feedback;

  private transient Inventory inventory;
  private transient HostResources resources;
  private transient VmDescription vm;

  /** Reads hosts and VMs of a platform; what was known of another one is forgotten. */
  void readPlatform(String platformId) {
    resources = null;
    vm = null;
    inventory =
        platformId == null
            ? null
            : feedback
                .attempt(() -> inventories.inventory(new PlatformId(platformId)))
                .orElse(null);
  }

  /** Reads pools and networks of a host; null is none. */
  void readHost(String platformId, String hostId) {
    resources =
        hostId == null || hostId.isEmpty()
            ? null
            : feedback
                .attempt(() -> inventories.hostResources(new PlatformId(platformId), hostId))
                .orElse(null);
  }

  /** Reads the disks of a VM that is written over; null is none. */
  void readVm(String platformId, String vmId) {
    vm =
        vmId == null || vmId.isEmpty()
            ? null
            : feedback
                .attempt(() -> inventories.describeVm(new PlatformId(platformId), vmId))
                .orElse(null);
  }

  /** The disks of the chosen VM that are large enough for a disk (HIK-04). */
  public List<DiskDescription> disksFor(DiskRow disk) {
    return vm == null
        ? List.of()
        : vm.getDisksList().stream()
            .filter(each -> each.getSizeBytes() >= disk.getSizeBytes())
            .toList();
  }

  /** Suggests a disk for each, in their order. */
  void map(List<DiskRow> disks) {
    Set<String> taken = new HashSet<>();
    for (DiskRow disk : disks) {
      String suggested =
          disksFor(disk).stream()
              .map(DiskDescription::getDiskKey)
              .filter(key -> !taken.contains(key))
              .findFirst()
              .orElse("");
      taken.add(suggested);
      disk.setTargetDiskKey(suggested);
    }
  }

  /** What restores to a platform can be. */
  public KindRestores kind(String platformId) {
    return KindRestores.of(
        getPlatforms().stream()
            .filter(platform -> platform.id().value().equals(platformId))
            .map(Platform::kind)
            .findFirst()
            .orElse(PlatformKind.H3C_CAS));
  }

  /** Platforms of the kind of another, and that one. */
  public List<Platform> platformsLike(String platformId) {
    KindRestores kind = kind(platformId);
    return getPlatforms().stream()
        .filter(platform -> KindRestores.of(platform.kind()).equals(kind))
        .toList();
  }

  /** The platform's own id of the host a VM runs on; empty when it is not known. */
  Optional<String> hostOf(String vmId) {
    return getVms().stream()
        .filter(vm -> vm.objectId().equals(vmId))
        .findFirst()
        .flatMap(vm -> inventory.find(vm.parentId()))
        .map(InventoryEntry::objectId);
  }

  public List<Platform> getPlatforms() {
    return feedback.attempt(platforms::list).orElse(List.of());
  }

  public List<InventoryEntry> getHosts() {
    return inventory == null ? List.of() : inventory.ofKind(InventoryKind.HOST);
  }

  /** VMs of the platform, at most a thousand. */
  public List<InventoryEntry> getVms() {
    return inventory == null
        ? List.of()
        : inventory.ofKind(InventoryKind.VM).stream().limit(MOST_VMS).toList();
  }

  /** The title of a host for people; its id when it is not known. */
  public String hostTitle(String hostId) {
    return title(getHosts(), hostId);
  }

  /** The title of a VM for people; its id when it is not known. */
  public String vmTitle(String vmId) {
    return title(getVms(), vmId);
  }

  private static String title(List<InventoryEntry> entries, String objectId) {
    return entries.stream()
        .filter(entry -> entry.objectId().equals(objectId))
        .map(InventoryEntry::title)
        .findFirst()
        .orElse(objectId);
  }

  /** Storage pools of the host that can be written to. */
  public List<StoragePoolDescription> getStoragePools() {
    return resources == null
        ? List.of()
        : resources.getStoragePoolsList().stream()
            .filter(StoragePoolDescription::getActive)
            .toList();
  }

  /** Storage pools that a disk can go to: qcow2 not to iSCSI, FC, RBD and LVM (CAS-15). */
  public List<StoragePoolDescription> storagePoolsFor(DiskRow disk) {
    return getStoragePools().stream().filter(pool -> disk.fits(isBlock(pool))).toList();
  }

  /** Storage pools that any disk can go to, volumes made by themselves. */
  public List<StoragePoolDescription> getFilePools() {
    return getStoragePools().stream().filter(pool -> !isBlock(pool)).toList();
  }

  /** Takes over what the chosen pool of a disk is like. */
  public void poolChosen(DiskRow disk) {
    disk.setInBlockPool(
        getStoragePools().stream()
            .anyMatch(pool -> pool.getName().equals(disk.getStoragePool()) && isBlock(pool)));
  }

  private static boolean isBlock(StoragePoolDescription pool) {
    return BLOCK_TYPES.contains(pool.getType().toLowerCase(Locale.ROOT));
  }

  public List<VSwitchDescription> getSwitches() {
    return resources == null ? List.of() : resources.getVswitchesList();
  }

  public List<ProfileDescription> getProfiles() {
    return resources == null ? List.of() : resources.getProfilesList();
  }
}
