package io.holdfast.platform.h3ccas;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.spi.NewDisk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Storage pools and volumes as restore targets [P] (CAS-14, CAS-15). Thread-safe. */
final class CasVolumes {
  /**
   * [SRC] What a second-level folder may be called; what the platform refuses, it refuses by it.
   */
  static final String NAME_RULE =
      "Folders: letters, digits, - _ . only, not starting with - or ., not digits only.";

  private static final String FOLDER_NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final long MIB = 1L << 20;

  private final CasHttp http;
  private final CasTasks tasks;
  private final CasErrors errors;

  CasVolumes(CasHttp http, CasTasks tasks, CasErrors errors) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
  }

  /** TARGET_STORAGE_UNKNOWN when the host has no such pool or it is not active. */
  CasNode pool(String hostId, String name) {
    CasReply reply = http.get(CasPath.of("storage", "pool").with("hostId", hostId));
    return errors.required(reply, "host", hostId).body().list("storagePool").stream()
        .filter(each -> each.text("name").equals(name))
        .filter(each -> !each.has("status") || each.number("status") == 1)
        .findFirst()
        .orElseThrow(
            () ->
                errors.of(
                    ErrorCode.TARGET_STORAGE_UNKNOWN,
                    "missing or not active",
                    "host",
                    hostId,
                    "storage",
                    name));
  }

  /** The volume of this name; second-level ones are named {@code folder/name}. */
  Optional<CasNode> volume(String hostId, String pool, String name) {
    return list(hostId, pool).body().list("storageVolume").stream()
        .filter(each -> each.text("name").equals(name))
        .findFirst();
  }

  private Optional<CasNode> volumeAt(String hostId, String pool, String path) {
    return list(hostId, pool).body().list("storageVolume").stream()
        .filter(each -> each.text("path").equals(path))
        .findFirst();
  }

  private CasReply list(String hostId, String pool) {
    CasPath path = CasPath.of("storage", "volume").with("hostId", hostId).with("poolName", pool);
    return errors.required(http.get(path), "host", hostId, "storage", pool);
  }

  /**
   * The storage entry that {@code POST /vm/add} and {@code PUT /vm/addDevice} have in common: a new
   * volume on a file pool, an existing one on a block pool [SRC].
   *
   * @throws io.holdfast.error.BackupException TARGET_STORAGE_UNKNOWN, TARGET_STORAGE_FULL,
   *     DISK_FORMAT_UNSUPPORTED, TARGET_DISK_MISMATCH, RESOURCE_IN_USE
   */
  Map<String, Object> entry(String hostId, NewDisk disk, String vm) {
    CasNode pool = pool(hostId, disk.storagePool());
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("device", "disk");
    entry.put("targetBus", disk.bus().isEmpty() ? "virtio" : disk.bus());
    entry.put("cacheType", "directsync");
    entry.put("poolName", disk.storagePool());
    if (CasVmReader.isBlockPool(pool.text("type"))) {
      existing(hostId, disk, vm, entry);
      return entry;
    }
    int mode = Preallocation.mode(disk.preallocation());
    requireSpace(pool, disk, mode);
    entry.put("assignType", 1);
    entry.put("type", "file");
    entry.put("driveType", disk.format());
    entry.put("format", disk.format());
    entry.put("capacity", (disk.sizeBytes() + MIB - 1) / MIB);
    entry.put("capacityBytes", disk.sizeBytes());
    entry.put("size", (disk.sizeBytes() + MIB - 1) / MIB);
    entry.put("sizeBytes", disk.sizeBytes());
    entry.put("mode", mode);
    int slash = disk.volumeName().lastIndexOf('/');
    if (slash > 0) {
      entry.put("dirName", disk.volumeName().substring(0, slash));
    }
    if (!disk.volumeName().isEmpty()) {
      entry.put("storeFile", disk.volumeName().substring(slash + 1));
    }
    return entry;
  }

  /**
   * CAS-22: what {@link #entry} checks, and that name and folder are free, before anything is made
   * or deleted.
   *
   * @throws io.holdfast.error.BackupException as {@link #entry}; ALREADY_EXISTS, INVALID_VALUE,
   *     FOLDER_UNSUPPORTED
   */
  void requireCreatable(String hostId, NewDisk disk, String vm, CasRelease release) {
    boolean made = !entry(hostId, disk, vm).containsKey("path");
    int slash = disk.volumeName().lastIndexOf('/');
    String folder = slash > 0 ? disk.volumeName().substring(0, slash) : "";
    if (!folder.isEmpty()) {
      requireFolder(hostId, disk, folder, made, release);
    }
    if (!made || disk.volumeName().isEmpty()) {
      return;
    }
    if (volume(hostId, disk.storagePool(), disk.volumeName()).isPresent()) {
      throw taken("volume", disk.volumeName());
    }
  }

  private void requireFolder(
      String hostId, NewDisk disk, String folder, boolean made, CasRelease release) {
    if (!made) {
      throw noFolder(disk, folder, "pools of this type have none");
    }
    if (!release.hasFolders()) {
      throw noFolder(
          disk, folder, Reason.of(ReasonCode.FOLDERS_NEED_RELEASE, "version", release.text()));
    }
    if (!folder.matches(FOLDER_NAME) || folder.matches("\\d+")) {
      throw errors.of(
          ErrorCode.INVALID_VALUE,
          "name",
          "field",
          "folder",
          "value",
          folder,
          "expected",
          NAME_RULE);
    }
    Optional<CasNode> same = volume(hostId, disk.storagePool(), folder);
    if (same.isPresent() && !same.get().text("type").equals("dir")) {
      throw taken("volume", folder);
    }
  }

  private RuntimeException taken(String what, String name) {
    return errors.of(ErrorCode.ALREADY_EXISTS, "taken", "what", what, "name", name);
  }

  private RuntimeException noFolder(NewDisk disk, String folder, String cause) {
    return errors.of(
        ErrorCode.FOLDER_UNSUPPORTED,
        cause,
        "folder",
        folder,
        "storage",
        disk.storagePool(),
        "cause",
        cause);
  }

  /** What is reserved at once must fit; thin volumes are the platform's to judge. */
  private void requireSpace(CasNode pool, NewDisk disk, int mode) {
    long free = pool.number("freeSize") * MIB;
    boolean full = pool.has("freeSize") && (mode == 0 ? free <= 0 : free < disk.sizeBytes());
    if (full) {
      throw errors.of(
          ErrorCode.TARGET_STORAGE_FULL,
          "not enough space",
          "storage",
          disk.storagePool(),
          "free",
          free,
          "needed",
          disk.sizeBytes());
    }
  }

  private void existing(String hostId, NewDisk disk, String vm, Map<String, Object> entry) {
    if (!disk.format().equals("raw")) {
      throw formatRefused(disk, vm, Reason.of(ReasonCode.POOL_HOLDS_RAW_ONLY));
    }
    CasNode volume =
        volume(hostId, disk.storagePool(), disk.volumeName())
            .orElseThrow(
                () ->
                    formatRefused(
                        disk, vm, Reason.of(ReasonCode.NO_SUCH_VOLUME, "name", disk.volumeName())));
    long size =
        volume.has("sizeBytes")
            ? volume.number("sizeBytes")
            : CasVmReader.bytesOf(volume.decimal("size"));
    String user = volume.text("users");
    if (!user.isEmpty() && !user.equals(vm)) {
      // [SRC] S1 table 7, restore 3: what is restored onto a volume in use is another VM's loss.
      throw errors.of(
          ErrorCode.RESOURCE_IN_USE,
          "in use",
          "what",
          "volume",
          "name",
          disk.volumeName(),
          "users",
          user);
    }
    if (size < disk.sizeBytes()) {
      throw errors.of(
          ErrorCode.TARGET_DISK_MISMATCH,
          "too small",
          "disk",
          disk.volumeName(),
          "vm",
          vm,
          "actual",
          size,
          "expected",
          disk.sizeBytes());
    }
    entry.put("assignType", 0);
    entry.put("type", "block");
    entry.put("driveType", "raw");
    entry.put("format", "raw");
    entry.put("storeFile", volume.text("path"));
    entry.put("path", volume.text("path"));
    entry.put("capacity", size / MIB);
  }

  private RuntimeException formatRefused(NewDisk disk, String vm, String cause) {
    return errors.of(
        ErrorCode.DISK_FORMAT_UNSUPPORTED,
        cause,
        "disk",
        disk.device().isEmpty() ? disk.volumeName() : disk.device(),
        "vm",
        vm,
        "format",
        disk.format(),
        "storage",
        disk.storagePool());
  }

  /** Deletes a volume by its path; one that is gone is success. */
  void delete(String hostId, String pool, String path) {
    Optional<CasNode> volume = volumeAt(hostId, pool, path);
    if (volume.isEmpty()) {
      return;
    }
    String name = volume.get().text("name");
    CasTasks.Outcome outcome =
        tasks.perform(
            "DELETE",
            CasPath.of("storage", "volume", "delete", hostId, pool, name),
            null,
            () -> volumeAt(hostId, pool, path).isEmpty());
    if (outcome.code() != PlatformCode.VOLUME_MISSING) {
      errors.required(outcome, "what", "volume", "id", path, "operation", "delete volume " + path);
    }
  }
}
