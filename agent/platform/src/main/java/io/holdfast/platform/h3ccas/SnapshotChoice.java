package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Which kinds of snapshot a VM's disks have in common, and why not the others (CAS-05, CAS-06)
 * [SRC]: external: no block device and no encrypted disk, only dependent disks are in it; internal:
 * no raw disk, independent disks are in it too. The platform's own word (capability call [INF]) is
 * added where it has one: either can rule a kind out. VMs whose disks are all raw on RBD can be
 * snapshot by the storage itself [SRC]: only the platform's word counts there, and without one it
 * is tried.
 */
final class SnapshotChoice {
  private final CasVm vm;
  private final List<String> againstExternal = new ArrayList<>();
  private final List<String> againstInternal = new ArrayList<>();

  /**
   * @param capability the platform's word; nothing where it has none
   */
  SnapshotChoice(CasVm vm, CasNode capability) {
    this.vm = vm;
    if (!allRawOnRbd()) {
      vm.disks().forEach(this::judge);
    } else if (capability.isNothing()) {
      againstExternal.add(Reason.of(ReasonCode.RAW_ON_RBD));
    }
    if (vm.disks().stream().noneMatch(CasVm.Disk::dependent)) {
      againstExternal.add(Reason.of(ReasonCode.NO_DEPENDENT_DISK));
    }
    if (!capability.isNothing()) {
      hear(capability, "external", againstExternal);
      hear(capability, "internal", againstInternal);
    }
  }

  private boolean allRawOnRbd() {
    return !vm.disks().isEmpty()
        && vm.disks().stream()
            .allMatch(
                each ->
                    each.raw() && each.description().getStoragePoolType().equalsIgnoreCase("rbd"));
  }

  private void judge(CasVm.Disk disk) {
    String device = disk.description().getDevice();
    if (disk.block() && disk.dependent()) {
      againstExternal.add(Reason.of(ReasonCode.DISK_IS_BLOCK, "disk", device));
    }
    if (disk.encrypted()) {
      againstExternal.add(Reason.of(ReasonCode.DISK_IS_ENCRYPTED, "disk", device));
    }
    if (disk.raw()) {
      againstInternal.add(Reason.of(ReasonCode.DISK_IS_RAW, "disk", device));
    }
  }

  private static void hear(CasNode capability, String kind, List<String> against) {
    if (!capability.has(kind) || capability.flag(kind)) {
      return;
    }
    int before = against.size();
    for (CasNode each : capability.list("reasons")) {
      if (each.text("type").equals(kind) && !each.text("reason").equals("independent")) {
        String reason = told(each.text("device"), each.text("reason"));
        if (!against.contains(reason)) {
          against.add(reason);
        }
      }
    }
    if (before == 0 && against.isEmpty()) {
      against.add(Reason.of(ReasonCode.SNAPSHOT_KIND_REFUSED));
    }
  }

  /** [INF] The platform's words for what is wrong with a disk. */
  private static String told(String device, String word) {
    ReasonCode known =
        switch (word) {
          case "raw" -> ReasonCode.DISK_IS_RAW;
          case "block", "blockDevice" -> ReasonCode.DISK_IS_BLOCK;
          case "encrypted" -> ReasonCode.DISK_IS_ENCRYPTED;
          default -> ReasonCode.DISK_RULED_OUT;
        };
    return known == ReasonCode.DISK_RULED_OUT
        ? Reason.of(known, "disk", device, "words", Reason.words(word))
        : Reason.of(known, "disk", device);
  }

  boolean possible(SnapshotType type) {
    return (type == SnapshotType.SNAPSHOT_EXTERNAL ? againstExternal : againstInternal).isEmpty();
  }

  /** External where it is possible, else internal; whether that one is possible is to be asked. */
  SnapshotType adaptive() {
    return possible(SnapshotType.SNAPSHOT_EXTERNAL)
        ? SnapshotType.SNAPSHOT_EXTERNAL
        : SnapshotType.SNAPSHOT_INTERNAL;
  }

  /** Why none of the wanted kind is possible, naming the disks. */
  String reasons(SnapshotType wanted) {
    List<String> result = new ArrayList<>();
    if (wanted != SnapshotType.SNAPSHOT_INTERNAL && !againstExternal.isEmpty()) {
      result.add(Reason.of(ReasonCode.EXTERNAL_RULED_OUT, "cause", Reason.all(againstExternal)));
    }
    if (wanted != SnapshotType.SNAPSHOT_EXTERNAL && !againstInternal.isEmpty()) {
      result.add(Reason.of(ReasonCode.INTERNAL_RULED_OUT, "cause", Reason.all(againstInternal)));
    }
    return Reason.all(result);
  }
}
