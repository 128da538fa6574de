package io.holdfast.pool.testing;

import io.holdfast.pool.medium.MediumErrors;
import io.holdfast.pool.testing.MemoryFiles.Death;
import io.holdfast.pool.testing.MemoryFiles.Fault;
import java.nio.file.Path;

/**
 * Counts the operations of a {@link MemoryFiles}, breaks one of them and lets others come in
 * between. Used under its owner's monitor.
 */
final class FaultPlan {
  static final Runnable NOTHING = FaultPlan::nothing;

  private Runnable between = NOTHING;
  private Fault fault = Fault.NONE;
  private long faultAt;
  private long operations;
  private boolean dead;

  private static void nothing() {}

  void inject(Fault kind, long atOperation) {
    fault = kind;
    faultAt = operations + atOperation;
  }

  void heal() {
    fault = Fault.NONE;
  }

  long operations() {
    return operations;
  }

  void interleave(Runnable task) {
    between = task;
  }

  void letOthersIn() {
    Runnable task = between;
    between = NOTHING;
    try {
      task.run();
    } finally {
      if (between == NOTHING) {
        between = task;
      }
    }
  }

  void requireAlive() {
    if (dead) {
      throw new Death();
    }
  }

  /**
   * An operation that changes something.
   *
   * @param halfDone what of it has happened when it breaks
   */
  void change(Path file, boolean takesSpace, Runnable halfDone) {
    letOthersIn();
    requireAlive();
    operations++;
    if (fault == Fault.NONE || operations < faultAt || (fault == Fault.FULL && !takesSpace)) {
      return;
    }
    switch (fault) {
      case DEATH -> {
        halfDone.run();
        dead = true;
        throw new Death();
      }
      case FULL -> {
        halfDone.run();
        throw MediumErrors.full(file.getParent(), 0, null);
      }
      case ERROR -> {
        fault = Fault.NONE;
        halfDone.run();
        throw MediumErrors.writeFailed(file, "input/output error");
      }
      case NONE -> throw new IllegalStateException("no fault to inject");
    }
  }
}
