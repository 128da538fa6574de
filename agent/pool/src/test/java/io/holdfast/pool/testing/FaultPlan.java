package io.holdfast.pool.testing;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.medium.MediumErrors;
import io.holdfast.pool.testing.MemoryFiles.Death;
import io.holdfast.pool.testing.MemoryFiles.Fault;
import java.nio.file.Path;
import java.util.Optional;

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
  private Optional<Path> unreadable = Optional.empty();

  private static void nothing() {}

  void inject(Fault kind, long atOperation) {
    fault = kind;
    faultAt = operations + atOperation;
  }

  void breakReading(Path file) {
    unreadable = Optional.of(file);
  }

  void requireReadable(Path file) {
    if (unreadable.filter(file::equals).isPresent()) {
      throw BackupException.of(
          ErrorCode.POOL_READ_FAILED, "file", file, "cause", "input/output error");
    }
  }

  void heal() {
    fault = Fault.NONE;
    unreadable = Optional.empty();
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
