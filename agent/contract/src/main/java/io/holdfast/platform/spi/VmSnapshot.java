package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.SnapshotType;
import java.time.Instant;
import java.util.Map;

/**
 * A snapshot on the platform.
 *
 * @param vmId whose
 * @param name its name there
 * @param type external or internal
 * @param createdAt the platform's time
 * @param hostId the host the VM was on
 * @param hostAddress its data-plane address for the preferred network is chosen later
 * @param trackingMarks by disk key, the mark taken with the snapshot; a disk without one cannot be
 *     the base of an incremental
 * @param devices by disk key, the device (vda…)
 */
public record VmSnapshot(
    String vmId,
    String name,
    SnapshotType type,
    Instant createdAt,
    String hostId,
    String hostAddress,
    Map<String, String> trackingMarks,
    Map<String, String> devices) {}
