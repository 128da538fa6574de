package io.holdfast.platform.hikcloud;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.RbdImage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What changed and what holds data, from the cluster itself (HIK-01, HIK-03, OPT-16). Changes are
 * only told where the earlier snapshot is one of the same image as it was. Reads only. Thread-safe.
 */
final class CloudAreas {
  private static final Logger LOG = LoggerFactory.getLogger(CloudAreas.class);

  private final CloudErrors errors;
  private final CloudStorages storages;

  CloudAreas(CloudErrors errors, CloudStorages storages) {
    this.errors = errors;
    this.storages = storages;
  }

  /** The image at a disk's snapshot. */
  RbdImage at(CloudVm vm, CloudVolume volume, VmSnapshot snapshot) {
    String mark = snapshot.trackingMarks().get(volume.id());
    if (mark == null) {
      throw errors.about(ErrorCode.NOT_FOUND, "what", "disk", "id", volume.device());
    }
    String name = storages.snapshotName(vm, volume, Mark.of(mark).snapshotId());
    return storages.image(vm, volume).at(name);
  }

  /** What holds data at the snapshot. */
  ExtentMap allocated(CloudVm vm, CloudVolume volume, VmSnapshot snapshot) {
    return told(vm, volume, storages.allocated(vm, volume, at(vm, volume, snapshot)));
  }

  /**
   * What changed since a mark.
   *
   * @throws BackupException TRACKING_LOST with the reason; what the cluster meets
   */
  ExtentMap changed(CloudVm vm, CloudVolume volume, VmSnapshot snapshot, String sinceMark) {
    RbdImage now = at(vm, volume, snapshot);
    Mark since = Mark.of(sinceMark);
    String before = storages.snapshotName(vm, volume, since.snapshotId());
    try {
      whyLost(now, before, since.imageId())
          .ifPresent(
              why -> {
                throw lost(vm, volume, why);
              });
      return told(vm, volume, storages.changed(now, before));
    } catch (BackupException failed) {
      if (failed.code() == ErrorCode.RBD_SNAPSHOT_MISSING
          && failed.parameters().getOrDefault("snapshot", before).equals(before)) {
        throw lost(vm, volume, Reason.of(ReasonCode.IMAGE_MARK_GONE));
      }
      throw failed;
    }
  }

  private Optional<String> whyLost(RbdImage now, String before, String imageId) {
    CephStorage.Image later = storages.look(now);
    if (!imageId.isEmpty() && !imageId.equals(later.id())) {
      return Optional.of(Reason.of(ReasonCode.IMAGE_MADE_ANEW));
    }
    CephStorage.Image earlier = storages.look(now.at(before));
    if (number(later, before) >= number(later, now.snapshot())) {
      return Optional.of(Reason.of(ReasonCode.IMAGE_MARK_NOT_EARLIER));
    }
    if (earlier.sizeBytes() != later.sizeBytes()) {
      return Optional.of(
          Reason.of(
              ReasonCode.IMAGE_RESIZED, "from", earlier.sizeBytes(), "to", later.sizeBytes()));
    }
    if (!earlier.parent().equals(later.parent())) {
      return Optional.of(Reason.of(ReasonCode.IMAGE_FLATTENED));
    }
    // Shrunk and grown again: what showed through from the parent does not any more.
    return earlier.overlapBytes() == later.overlapBytes()
        ? Optional.empty()
        : Optional.of(Reason.of(ReasonCode.IMAGE_WAS_SMALLER));
  }

  private static long number(CephStorage.Image image, String snapshot) {
    return image.snapshots().stream()
        .filter(each -> each.name().equals(snapshot))
        .mapToLong(CephStorage.Snapshot::id)
        .findFirst()
        .orElse(-1);
  }

  private BackupException lost(CloudVm vm, CloudVolume volume, String why) {
    return errors.of(ErrorCode.TRACKING_LOST, why, "vm", vm.name(), "disk", volume.device());
  }

  private static ExtentMap told(CloudVm vm, CloudVolume volume, CephStorage.Areas areas) {
    LOG.info(
        "VM {}, disk {}: {} bytes in {} areas{}",
        vm.name(),
        volume.device(),
        areas.map().dataBytes(),
        areas.map().extents().size(),
        areas.byObjectMap() ? " by the object map" : "; object map: " + areas.whyNot());
    return areas.map();
  }
}
