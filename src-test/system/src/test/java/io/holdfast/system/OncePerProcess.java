package io.holdfast.system;

import java.util.function.Supplier;

/**
 * What all tests of a process share: made by the first who asks, closed when the process ends. Not
 * in a store of JUnit, as Surefire makes each class a run of its own once the tests are spread over
 * processes. What could not be made is tried again by the next who asks. Thread-safe.
 */
public final class OncePerProcess<T extends AutoCloseable> {
  private final Supplier<T> making;
  private T made;

  public OncePerProcess(Supplier<T> making) {
    this.making = making;
  }

  /** The one of this process. */
  public synchronized T get() {
    if (made == null) {
      T one = making.get();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(one)));
      made = one;
    }
    return made;
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception failed) {
      // No test is left to fail; whoever reads the output sees what stayed behind.
      failed.printStackTrace();
    }
  }
}
