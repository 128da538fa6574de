package io.holdfast.server.run;

import io.holdfast.server.settings.IntegerSetting;

/**
 * Limits of the whole system; those of a job stand in its options.
 *
 * @param tasksPerAgent tasks at the same time on one backup host (AGT-08)
 * @param tasksPerHost tasks at the same time on one hypervisor host (AGT-08)
 * @param batchThreads threads of the batch engine; partitions of a job wait for them, so the sum of
 *     what running tasks need must stay below, or jobs would wait for each other for ever
 */
public record DispatchLimits(int tasksPerAgent, int tasksPerHost, int batchThreads) {
  private static final IntegerSetting TASKS_PER_AGENT =
      new IntegerSetting("HOLDFAST_TASKS_PER_AGENT", 8, 1, 64);
  private static final IntegerSetting TASKS_PER_HOST =
      new IntegerSetting("HOLDFAST_TASKS_PER_HOST", 4, 1, 32);
  private static final int DEFAULT_THREADS = 96;

  /** The engine starts a job only while two threads are free. */
  private static final int SPARE_THREADS = 2;

  /** Limits of this installation; the launcher sets the engine's threads by the same variable. */
  public static DispatchLimits ofInstallation() {
    String threads = System.getenv("HOLDFAST_BATCH_THREADS");
    return new DispatchLimits(
        TASKS_PER_AGENT.value(),
        TASKS_PER_HOST.value(),
        threads == null || threads.isBlank() ? DEFAULT_THREADS : Integer.parseInt(threads.strip()));
  }

  /** Threads that running tasks may need together. */
  int usableThreads() {
    return batchThreads - SPARE_THREADS;
  }
}
