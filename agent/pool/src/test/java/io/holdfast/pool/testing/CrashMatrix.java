package io.holdfast.pool.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.ErrorCode;
import io.holdfast.pool.testing.MemoryFiles.Fault;
import java.util.Random;

/**
 * Breaks work on a pool at each of its file operations, in several ways, each in a copy of the same
 * beginning. The seed is printed with a failure; {@code -Dholdfast.seed=…} repeats it, {@code
 * -Dholdfast.rounds=…} soaks.
 *
 * @param name in what is printed
 * @param start the files before the work
 * @param operations of the work when nothing disturbs it
 * @param step every how manieth operation is broken
 */
public record CrashMatrix(String name, MemoryFiles start, long operations, int step) {
  /** The run's seed. */
  public static final long SEED = Long.getLong("holdfast.seed", 20261121L);

  private static final int ROUNDS = Integer.getInteger("holdfast.rounds", 1);

  /** The work that is broken, and what must hold then. */
  public interface Work {
    /** Does it, in a process of its own. */
    void perform(MemoryFiles files);

    /** Looks at what the next process finds after a crash, and goes on from there. */
    void checkAfter(MemoryFiles files);

    /**
     * Does it with a fault that does not end the process, and looks at what is found then.
     *
     * @param expected the only error that may come of it
     */
    void performWithFault(MemoryFiles files, ErrorCode expected);
  }

  /** Runs all cases; fails below {@code atLeast} a round. */
  public void run(Work work, int atLeast) {
    int cases = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (long at = 1 + round % step; at <= operations; at += step) {
        for (Way way : Way.values()) {
          long seed = SEED + 1_000_003L * round + 31 * at + way.ordinal();
          try {
            way.run(this, work, at, new Random(seed));
          } catch (RuntimeException | Error broken) {
            throw new AssertionError(
                "%s at operation %d of %d, seed %d, round %d"
                    .formatted(way, at, operations, SEED, round),
                broken);
          }
          cases++;
        }
      }
    }
    assertTrue(cases >= atLeast * ROUNDS, "only " + cases + " cases");
    System.out.println(name + ": " + cases + " cases, seed " + SEED);
  }

  private MemoryFiles dieAt(Work work, long at) {
    MemoryFiles files = start.copy();
    files.inject(Fault.DEATH, at);
    try {
      work.perform(files);
    } catch (MemoryFiles.Death expected) {
      // The next process is the test.
    }
    return files;
  }

  private void failAt(Work work, long at, Fault fault, ErrorCode code) {
    MemoryFiles files = start.copy();
    files.inject(fault, at);
    work.performWithFault(files, code);
  }

  /** The ways to break. */
  private enum Way {
    POWER_LOSS {
      @Override
      void run(CrashMatrix matrix, Work work, long at, Random random) {
        work.checkAfter(matrix.dieAt(work, at).afterPowerLoss(random));
      }
    },
    KILL {
      @Override
      void run(CrashMatrix matrix, Work work, long at, Random random) {
        work.checkAfter(matrix.dieAt(work, at).afterKill());
      }
    },
    DISK_FULL {
      @Override
      void run(CrashMatrix matrix, Work work, long at, Random random) {
        matrix.failAt(work, at, Fault.FULL, ErrorCode.POOL_FULL);
      }
    },
    WRITE_ERROR {
      @Override
      void run(CrashMatrix matrix, Work work, long at, Random random) {
        matrix.failAt(work, at, Fault.ERROR, ErrorCode.POOL_WRITE_FAILED);
      }
    };

    abstract void run(CrashMatrix matrix, Work work, long at, Random random);
  }
}
