package io.holdfast.server.paging.jpa;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.Optional;

/** A row as it is now, locked until the transaction ends. */
public final class JpaRowLock {
  private JpaRowLock() {}

  /** Locks the entity's row, if there is one, and reads it anew. */
  public static <T> Optional<T> locked(EntityManager entities, Optional<T> entity) {
    entity.ifPresent(
        found -> {
          // What this transaction has changed already must not be read over.
          entities.flush();
          entities.refresh(found, LockModeType.PESSIMISTIC_WRITE);
        });
    return entity;
  }
}
