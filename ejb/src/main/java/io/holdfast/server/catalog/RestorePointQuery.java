package io.holdfast.server.catalog;

import io.holdfast.server.pool.PoolId;
import java.time.Instant;
import java.util.Optional;

/**
 * Which restore points are wanted; everything is optional.
 *
 * @param platformId of one platform
 * @param vmId of one VM of it
 * @param pool in one pool
 * @param text part of the VM's name or title, any case; empty: all
 * @param from created then or later
 * @param until created before
 */
public record RestorePointQuery(
    Optional<String> platformId,
    Optional<String> vmId,
    Optional<PoolId> pool,
    String text,
    Optional<Instant> from,
    Optional<Instant> until) {

  /** Every restore point. */
  public static RestorePointQuery all() {
    return new RestorePointQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty());
  }

  /** Every restore point of one VM. */
  public static RestorePointQuery ofVm(String platformId, String vmId) {
    return new RestorePointQuery(
        Optional.of(platformId),
        Optional.of(vmId),
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty());
  }
}
