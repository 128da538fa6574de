package io.holdfast.server.pool;

import java.util.Optional;

/**
 * A pool that was made.
 *
 * @param recoveryKey of an encrypted one: stored nowhere, to be shown once and never again
 */
public record CreatedPool(StoragePool pool, Optional<String> recoveryKey) {
  @Override
  public String toString() {
    return "CreatedPool[" + pool.id() + "]";
  }
}
