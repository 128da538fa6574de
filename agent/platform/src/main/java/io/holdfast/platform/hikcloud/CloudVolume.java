package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.DiskDescription;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * A volume as the platform tells it [INF]. Its id is the disk's key: it stays with the volume also
 * when it is attached to another VM.
 *
 * @param id the platform's
 * @param device vda…
 * @param sizeBytes as the platform rounds it; the image itself knows better
 * @param bootable whether it may be the disk that came with the VM
 * @param pool the Ceph pool, by name
 * @param storageType "ceph" or another
 * @param toldImage name of its image; empty where the platform does not tell
 */
record CloudVolume(
    String id,
    String device,
    long sizeBytes,
    boolean bootable,
    String pool,
    String storageType,
    String toldImage) {
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

  static CloudVolume of(JsonNode volume) {
    String device = volume.path("device").asText("");
    return new CloudVolume(
        volume.path("id").asText(""),
        device.substring(device.lastIndexOf('/') + 1),
        bytes(volume.path("sizeGb")),
        volume.path("bootable").asBoolean(false),
        volume.path("pool").asText(""),
        volume.path("storageType").asText("").toLowerCase(Locale.ROOT),
        volume.path("rbdName").asText(""));
  }

  /** GiB, as Cinder counts them, with a fraction; what cannot be read is 0. */
  static long bytes(JsonNode gib) {
    try {
      return new BigDecimal(gib.asText("0"))
          .multiply(GIB)
          .setScale(0, RoundingMode.HALF_UP)
          .longValue();
    } catch (NumberFormatException unreadable) {
      return 0;
    }
  }

  boolean onCeph() {
    return storageType.equals("ceph");
  }

  DiskDescription description() {
    return DiskDescription.newBuilder()
        .setDiskKey(id)
        .setDevice(device)
        .setBus(device.startsWith("vd") ? "virtio" : device.startsWith("sd") ? "scsi" : "ide")
        .setFormat("raw")
        .setPath(pool + "/" + (toldImage.isEmpty() ? id : toldImage))
        .setSizeBytes(sizeBytes)
        .setAllocatedBytes(-1)
        .setStoragePool(pool)
        .setStoragePoolType(storageType)
        .build();
  }
}
