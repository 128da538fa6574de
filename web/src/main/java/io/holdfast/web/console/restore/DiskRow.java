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
        diskKey, newPath ? storagePool : "", newPath ? preallocation : "", "", "");
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
