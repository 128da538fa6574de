package io.holdfast.batch.transfer;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Executions at work in this process, from their first moment to the end of their conclusion; the
 * engine's repository still calls those alive that a crash has killed. Thread-safe.
 */
@ApplicationScoped
public class LiveExecutions {
  private final Set<Long> begun = ConcurrentHashMap.newKeySet();

  /** The execution runs. */
  public void begun(long executionId) {
    begun.add(executionId);
  }

  /** The execution has ended and its task is concluded. */
  public void ended(long executionId) {
    begun.remove(executionId);
  }

  /** Whether it runs or is being concluded in this process. */
  public boolean isBegun(long executionId) {
    return begun.contains(executionId);
  }
}
