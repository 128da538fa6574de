package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.CephStorage.Search;
import io.holdfast.source.spi.RbdImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Ceph pools that are registered for a platform (RES-03), and how volumes and snapshots of the
 * platform are called in them: {@code {volume_id}}, {@code {instance_id}_disk} for the disk that
 * came with a VM, {@code {snapshot_id}}. Only reads the cluster. Thread-safe.
 */
final class CloudStorages {
  private final List<CephStorageAccess> registered;
  private final CephStorage ceph;
  private final CloudErrors errors;

  /** Image names by volume id: asked once per connection. */
  private final Map<String, String> names = new ConcurrentHashMap<>();

  CloudStorages(List<CephStorageAccess> registered, CephStorage ceph, CloudErrors errors) {
    this.registered = registered;
    this.ceph = ceph;
    this.errors = errors;
  }

  List<CephStorageAccess> registered() {
    return registered;
  }

  static CephAccess access(CephStorageAccess storage) {
    CephAccess usual =
        CephAccess.of(
            or(storage.getClientId(), "admin"),
            Path.of(or(storage.getConfiguration(), "/etc/ceph/ceph.conf")));
    return storage.getKeyring().isEmpty()
        ? usual
        : new CephAccess(
            usual.clientId(),
            usual.configuration(),
            Optional.of(Path.of(storage.getKeyring())),
            usual.connectTimeout(),
            usual.operationTimeout());
  }

  private static String or(String value, String otherwise) {
    return value.isEmpty() ? otherwise : value;
  }

  /** Asks the cluster (RES-03). */
  CephStorage.Cluster cluster(CephStorageAccess storage) {
    return ceph.cluster(access(storage));
  }

  /**
   * Looks whether every disk of a VM is on a registered Ceph pool (HIK-02, HIK-06). Asks nobody.
   *
   * @throws BackupException DISK_FORMAT_UNSUPPORTED, CEPH_STORAGE_UNREGISTERED
   */
  void requireRegistered(CloudVm vm) {
    vm.volumes().forEach(volume -> storage(vm, volume));
  }

  private CephStorageAccess storage(CloudVm vm, CloudVolume volume) {
    if (!volume.onCeph()) {
      throw errors.of(
          ErrorCode.DISK_FORMAT_UNSUPPORTED,
          Reason.of(ReasonCode.ONLY_ON_CEPH),
          "vm",
          vm.name(),
          "disk",
          volume.device(),
          "format",
          "raw",
          "storage",
          volume.pool() + ", " + volume.storageType());
    }
    return registered.stream()
        .filter(each -> each.getPool().equals(volume.pool()))
        .findFirst()
        .orElseThrow(
            () ->
                errors.about(
                    ErrorCode.CEPH_STORAGE_UNREGISTERED,
                    "vm",
                    vm.name(),
                    "disk",
                    volume.device(),
                    "pool",
                    volume.pool()));
  }

  /** The live image of a volume. */
  RbdImage image(CloudVm vm, CloudVolume volume) {
    CephStorageAccess storage = storage(vm, volume);
    String name = names.get(volume.id());
    if (name == null) {
      name = imageName(vm, volume, storage);
      names.put(volume.id(), name);
    }
    return named(storage, name);
  }

  private static RbdImage named(CephStorageAccess storage, String image) {
    return new RbdImage(access(storage), storage.getPool(), image, "");
  }

  /**
   * A volume is called by its own template; the disk that came with a VM by the instance's. Which
   * of the two it is the platform may tell by the name itself; else the cluster does.
   */
  private String imageName(CloudVm vm, CloudVolume volume, CephStorageAccess storage) {
    String own = or(storage.getVolumeTemplate(), "{volume_id}").replace("{volume_id}", volume.id());
    String instance =
        or(storage.getInstanceTemplate(), "{instance_id}_disk").replace("{instance_id}", vm.id());
    String told = volume.toldImage();
    if (!told.isEmpty()) {
      boolean fits = told.equals(own) || (volume.bootable() && told.equals(instance));
      if (!fits) {
        throw errors.about(
            ErrorCode.IMAGE_NAME_MISMATCH,
            "vm",
            vm.name(),
            "disk",
            volume.device(),
            "pool",
            volume.pool(),
            "actual",
            told,
            "expected",
            volume.bootable() ? own + ", " + instance : own);
      }
      return told;
    }
    return !volume.bootable() || isThere(named(storage, own)) ? own : instance;
  }

  private boolean isThere(RbdImage image) {
    try {
      ceph.image(image);
      return true;
    } catch (BackupException missing) {
      if (missing.code() == ErrorCode.RBD_IMAGE_MISSING) {
        return false;
      }
      throw missing;
    }
  }

  /** What a snapshot of the platform is called in its image. */
  String snapshotName(CloudVm vm, CloudVolume volume, String snapshotId) {
    return or(storage(vm, volume).getSnapshotTemplate(), "{snapshot_id}")
        .replace("{snapshot_id}", snapshotId);
  }

  /** The image as the cluster tells it now, or at its snapshot. */
  CephStorage.Image look(RbdImage image) {
    return ceph.image(image);
  }

  /**
   * What may differ from an earlier snapshot. Every object is asked: the object map does not know
   * what a rollback took back, and a rollback leaves no trace in the image.
   */
  CephStorage.Areas changed(RbdImage image, String since) {
    return ceph.changedAreas(image, since, Search.EVERY_OBJECT);
  }

  /**
   * What holds data. Object maps of snapshots that were taken under load were wrong in releases of
   * Ceph up to 2023 (tracker 61616), so they are only used where that was asked for.
   */
  CephStorage.Areas allocated(CloudVm vm, CloudVolume volume, RbdImage image) {
    boolean byMap = storage(vm, volume).getSearchByObjectMap();
    return ceph.allocatedAreas(image, byMap ? Search.BY_OBJECT_MAP : Search.EVERY_OBJECT);
  }
}
