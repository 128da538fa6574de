package io.holdfast.server.run;

/**
 * Limits of the whole system; those of a job stand in its options.
 *
 * @param tasksPerAgent tasks at the same time on one backup host (AGT-08)
 * @param tasksPerHost tasks at the same time on one hypervisor host (AGT-08)
 * @param batchThreads threads of the batch engine; partitions of a job wait for them, so the sum of
 *     what running tasks need must stay below, or jobs would wait for each other for ever
 */
public record DispatchLimits(int tasksPerAgent, int tasksPerHost, int batchThreads) {
  private static final int DEFAULT_THREADS = 96;

  /** The engine starts a job only while two threads are free. */
  private static final int SPARE_THREADS = 2;

  /** Limits of this installation; the launcher sets the engine's threads by the same variable. */
  public static DispatchLimits ofInstallation() {
    String threads = System.getenv("HOLDFAST_BATCH_THREADS");
    return new DispatchLimits(
        8,
        4,
        threads == null || threads.isBlank() ? DEFAULT_THREADS : Integer.parseInt(threads.strip()));
  }

  /** Threads that running tasks may need together. */
  int usableThreads() {
    return batchThreads - SPARE_THREADS;
  }
}
