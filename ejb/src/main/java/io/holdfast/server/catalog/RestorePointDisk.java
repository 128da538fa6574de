package io.holdfast.server.catalog;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** A disk of a restore point. */
@Embeddable
public class RestorePointDisk {
  @Column(name = "disk_key", nullable = false)
  private String diskKey;

  @Column(nullable = false)
  private String device;

  @Column(nullable = false)
  private String format;

  @Column(name = "storage_path", nullable = false)
  private String path;

  @Column(name = "storage_pool_name", nullable = false)
  private String storagePool;

  @Column(name = "size_bytes", nullable = false)
  private long sizeBytes;

  @Column(name = "read_bytes", nullable = false)
  private long readBytes;

  @Column(name = "stored_bytes", nullable = false)
  private long storedBytes;

  @Column(name = "tracking_mark", nullable = false)
  private String trackingMark;

  /** For JPA. */
  protected RestorePointDisk() {}

  RestorePointDisk(io.holdfast.agent.protocol.RestorePointDisk disk) {
    diskKey = disk.getDisk().getDiskKey();
    device = disk.getDisk().getDevice();
    format = disk.getDisk().getFormat();
    path = disk.getDisk().getPath();
    storagePool = disk.getDisk().getStoragePool();
    sizeBytes = disk.getDisk().getSizeBytes();
    readBytes = disk.getReadBytes();
    storedBytes = disk.getStoredBytes();
    trackingMark = disk.getTrackingMark();
  }

  /** Names the disk in plans and requests. */
  public String diskKey() {
    return diskKey;
  }

  /** As people know it: vda… */
  public String device() {
    return device;
  }

  public String format() {
    return format;
  }

  /** Where it lay on the platform. */
  public String path() {
    return path;
  }

  /** The platform's storage pool it lay in. */
  public String storagePool() {
    return storagePool;
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /** Read from the source for this point. */
  public long readBytes() {
    return readBytes;
  }

  /** Written into the pool for this point. */
  public long storedBytes() {
    return storedBytes;
  }

  /** The platform's mark that a following incremental counts from; empty: none. */
  public String trackingMark() {
    return trackingMark;
  }
}
