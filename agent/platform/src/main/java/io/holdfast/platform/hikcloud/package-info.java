/**
 * The driver of Hikvision Edge Cloud: VMs on physical hosts whose disks are RBD images that the
 * backup host reads and writes itself. What is not public of the platform, nearly all, is assumed
 * [INF] and stands in one class each; see {@code doc/hikcloud.md}. Invariant: a snapshot that a
 * later backup may count from is deleted only by {@code dropTrackingMarks} (ADR 0004).
 */
package io.holdfast.platform.hikcloud;
