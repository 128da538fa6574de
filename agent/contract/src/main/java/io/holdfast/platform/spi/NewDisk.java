package io.holdfast.platform.spi;

/**
 * A disk to create.
 *
 * @param sourceDiskKey of the restore point's disk
 * @param volumeName file or volume name
 * @param storagePool where
 * @param sizeBytes size; the platform may round up, never down
 * @param format qcow2 or raw
 * @param preallocation thin, lazy-zeroed, eager-zeroed
 * @param bus as in the source
 * @param device wanted device (vda…); empty: the platform's choice
 */
public record NewDisk(
    String sourceDiskKey,
    String volumeName,
    String storagePool,
    long sizeBytes,
    String format,
    String preallocation,
    String bus,
    String device) {}
