package io.holdfast.web.console.restore;

import io.holdfast.server.catalog.RestorePointDisk;
import io.holdfast.server.restore.RestoreDefinition;
import java.io.Serializable;

/** A disk of the restore point in the wizard: whether it is restored, and where to. */
public class DiskRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String diskKey;
  private final String device;
  private final String format;
  private final String originalPool;
  private final long sizeBytes;
  private boolean chosen = true;
  private String storagePool = "";
  private String preallocation = "";
  private String volumeName = "";
  private String folder = "";
  private boolean inBlockPool;
  private String targetDiskKey = "";

  DiskRow(RestorePointDisk disk) {
    diskKey = disk.diskKey();
    device = disk.device();
    format = disk.format();
    originalPool = disk.storagePool();
    sizeBytes = disk.sizeBytes();
  }

  /** Empty texts mean: as it was; an existing disk keeps its place. */
  RestoreDefinition.Disk disk(boolean newPath) {
    return new RestoreDefinition.Disk(
        diskKey,
        newPath ? storagePool : "",
        newPath && !inBlockPool ? preallocation : "",
        "",
        newPath ? volumeName : "",
        newPath && !inBlockPool ? folder : "");
  }

  /** Over the disk that was chosen for it (HIK-04). */
  RestoreDefinition.Disk overChosen() {
    return new RestoreDefinition.Disk(diskKey, "", "", "", "", "", targetDiskKey);
  }

  /** qcow2 lies in file pools only (CAS-15). */
  boolean fits(boolean blockPool) {
    return !(blockPool && "qcow2".equals(format));
  }

  /** Takes over pool, preallocation and folder of another; a volume is one disk's own. */
  void placeLike(DiskRow other) {
    if (fits(other.inBlockPool)) {
      storagePool = other.storagePool;
      inBlockPool = other.inBlockPool;
      preallocation = other.preallocation;
      folder = other.folder;
    }
  }

  /** Whether the chosen storage pool holds volumes, which must be there (CAS-14). */
  public boolean isInBlockPool() {
    return inBlockPool;
  }

  void setInBlockPool(boolean inBlockPool) {
    this.inBlockPool = inBlockPool;
  }

  /** Key of the disk that is written over; empty: none chosen yet. */
  public String getTargetDiskKey() {
    return targetDiskKey;
  }

  public void setTargetDiskKey(String targetDiskKey) {
    this.targetDiskKey = targetDiskKey == null ? "" : targetDiskKey;
  }

  /** Name of a new volume; of a block pool the one that is written over. */
  public String getVolumeName() {
    return volumeName;
  }

  public void setVolumeName(String volumeName) {
    this.volumeName = volumeName == null ? "" : volumeName.strip();
  }

  /** Second-level folder of a file pool; empty: none. */
  public String getFolder() {
    return folder;
  }

  public void setFolder(String folder) {
    this.folder = folder == null ? "" : folder.strip();
  }

  public String getDiskKey() {
    return diskKey;
  }

  public String getDevice() {
    return device;
  }

  public String getFormat() {
    return format;
  }

  /** The platform's storage pool it lay in. */
  public String getOriginalPool() {
    return originalPool;
  }

  public long getSizeBytes() {
    return sizeBytes;
  }

  public boolean isChosen() {
    return chosen;
  }

  public void setChosen(boolean chosen) {
    this.chosen = chosen;
  }

  public String getStoragePool() {
    return storagePool;
  }

  public void setStoragePool(String storagePool) {
    this.storagePool = storagePool == null ? "" : storagePool;
  }

  public String getPreallocation() {
    return preallocation;
  }

  public void setPreallocation(String preallocation) {
    this.preallocation = preallocation == null ? "" : preallocation;
  }
}
