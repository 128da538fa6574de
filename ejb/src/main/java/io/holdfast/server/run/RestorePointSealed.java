package io.holdfast.server.run;

import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.pool.PoolId;
import java.util.UUID;

/**
 * A backup has succeeded: fired in the transaction that writes the catalog row, once for each
 * restore point.
 *
 * @param restorePointId also the VM task
 * @param policyId the job it came from
 * @param pool where it lies
 * @param vm of what
 */
public record RestorePointSealed(UUID restorePointId, UUID policyId, PoolId pool, VmRef vm) {}
