package io.holdfast.servertest.inside;

import io.holdfast.server.security.Caller;
import io.holdfast.server.security.CurrentCaller;
import jakarta.enterprise.inject.spi.CDI;
import java.util.function.Supplier;

/** The beans of the EAR, seen from the test's own WAR. */
public final class Beans {
  private Beans() {}

  /** The EAR's bean of that type. */
  public static <T> T get(Class<T> type) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(CurrentCaller.class.getClassLoader());
    try {
      return CDI.current().select(type).get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Does something as the server itself. */
  public static <T> T asServer(Supplier<T> work) {
    return get(CurrentCaller.class).call(Caller.server(), work);
  }
}
