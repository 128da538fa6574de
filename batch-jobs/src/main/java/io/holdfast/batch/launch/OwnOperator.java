package io.holdfast.batch.launch;

import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import java.util.function.Function;

/** The job operator of this deployment module: the context class loader decides which one it is. */
final class OwnOperator {
  private OwnOperator() {}

  /** Asks the operator; its exceptions pass. */
  static <T> T call(Function<JobOperator, T> operation) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(OwnOperator.class.getClassLoader());
    try {
      return operation.apply(BatchRuntime.getJobOperator());
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
