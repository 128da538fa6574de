package io.holdfast.platform.h3ccas.cvd;

/**
 * A disk to open.
 *
 * @param vmId platform id of the VM
 * @param device vda…
 * @param snapshot to read; empty: the disk itself
 * @param writable read-write; the VM is off then
 * @param blockBytes size of one request, told to cvd-ds
 */
public record CvdDisk(
    String vmId, String device, String snapshot, boolean writable, int blockBytes) {}
