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
  private final Set<String> wantedAgain = ConcurrentHashMap.newKeySet();

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

  /**
   * As {@link #submit}, but work of that name that is under way is done once more after it: what
   * has changed since it began is seen, without a wait for the next tick.
   */
  public void submitOrRepeat(String name, Runnable work) {
    wantedAgain.add(name);
    submit(name, work);
  }

  private void perform(String name, Runnable work) {
    try {
      wantedAgain.remove(name);
      caller.run(Caller.server(), work);
    } catch (RuntimeException failure) {
      // The edge: nobody is behind it who could be told; the next tick tries again.
      LOG.log(Level.WARNING, "Background work " + name + " failed", failure);
      LeftoverLock.releaseAfter(failure);
    } finally {
      underWay.remove(name);
    }
    if (wantedAgain.contains(name)) {
      submit(name, work);
    }
  }
}
