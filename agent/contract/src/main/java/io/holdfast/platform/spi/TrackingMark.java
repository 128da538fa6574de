package io.holdfast.platform.spi;

/**
 * A point from which on a platform knows what was written to a disk.
 *
 * @param mark the platform's id of it, as in {@link VmSnapshot#trackingMarks()}
 * @param snapshot name of the snapshot that it was made with, which may be gone; empty when the
 *     platform does not tell
 */
public record TrackingMark(String mark, String snapshot) {}
