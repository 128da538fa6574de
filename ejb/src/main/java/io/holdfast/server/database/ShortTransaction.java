package io.holdfast.server.database;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.function.Supplier;

/**
 * Runs a few statements in one transaction, joined when there is one. For services whose methods
 * also call agents: those parts stay outside. An exception rolls back.
 */
@ApplicationScoped
public class ShortTransaction {

  /** Runs {@code work} and returns its result after the commit. */
  @Transactional(Transactional.TxType.REQUIRED)
  public <T> T call(Supplier<T> work) {
    return work.get();
  }

  /** Runs {@code work}; returns after the commit. */
  @Transactional(Transactional.TxType.REQUIRED)
  public void run(Runnable work) {
    work.run();
  }
}
