package io.holdfast.server.snapshot;

import io.holdfast.server.inventory.PlatformId;

/**
 * The VM an operation works on.
 *
 * @param vmId the platform's own id
 * @param vmUuid empty when not known yet
 * @param vmName for people
 */
public record SnapshotTarget(PlatformId platform, String vmId, String vmUuid, String vmName) {}
