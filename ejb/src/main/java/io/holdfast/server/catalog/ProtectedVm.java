package io.holdfast.server.catalog;

import java.time.Instant;

/**
 * A VM that has restore points.
 *
 * @param restorePoints how many
 * @param newest time of the newest one
 */
public record ProtectedVm(
    String platformId, String vmId, String vmName, long restorePoints, Instant newest) {}
