package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import java.util.List;
import java.util.Optional;

/**
 * A pool and what its agent says of it now.
 *
 * @param status nothing when the agent could not be asked
 * @param problem why not
 */
public record PoolView(
    StoragePool pool, Optional<PoolStatus> status, Optional<BackupException> problem) {

  /** The ways into it; none when it is not encrypted or could not be asked. */
  public List<PoolKeyKind> keys() {
    return status.stream()
        .flatMap(now -> now.getKeySlotsList().stream())
        .flatMap(slot -> PoolKeyKind.of(slot.getKind()).stream())
        .toList();
  }

  /** What is wrong with it. */
  public PoolHealth health() {
    PoolHealth health = PoolHealth.of(pool.limits(), status);
    boolean emergencyKey = pool.keyKind().filter(PoolKeyKind.RECOVERY_KEY::equals).isPresent();
    return emergencyKey ? health.and(PoolFinding.OPENED_BY_RECOVERY_KEY) : health;
  }
}
