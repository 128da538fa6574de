package io.holdfast.server.run;

import io.holdfast.server.database.LeftoverLock;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.CurrentCaller;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * The server's own work beside requests, each piece at most once at a time, in the server's name.
 * What is lost in a crash or refused for want of threads comes again with the next tick.
 * Thread-safe.
 */
@ApplicationScoped
public class BackgroundWork {
  private static final Logger LOG = System.getLogger(BackgroundWork.class.getName());

  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  @Resource private ManagedExecutorService executor;
  @Inject private CurrentCaller caller;

  /**
   * Does a piece of work soon, unless one of that name is waiting or under way.
   *
   * @return whether it was taken
   */
  public boolean submit(String name, Runnable work) {
    if (!underWay.add(name)) {
      return false;
    }
    try {
      executor.execute(() -> perform(name, work));
      return true;
    } catch (RejectedExecutionException full) {
      underWay.remove(name);
      return false;
    }
  }

  private void perform(String name, Runnable work) {
    try {
      caller.run(Caller.server(), work);
    } catch (RuntimeException failure) {
      // The edge: nobody is behind it who could be told; the next tick tries again.
      LOG.log(Level.WARNING, "Background work " + name + " failed", failure);
      LeftoverLock.releaseAfter(failure);
    } finally {
      underWay.remove(name);
    }
  }
}
