package io.holdfast.server.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * H2 2.2 forgets to close the database's file when it cannot open it for want of space: the file
 * stays locked by this very process, and the database away, until the collector finds the channel.
 * On an idle server that may be never, so it is called. Thread-safe.
 */
public final class LeftoverLock {
  private static final Logger LOG = System.getLogger(LeftoverLock.class.getName());

  /** H2: the database may be in use already. */
  private static final int IN_USE = 90_020;

  private static final int MAX_CAUSES = 20;
  private static final long PAUSE_NANOS = 10_000_000_000L;
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

  private LeftoverLock() {}

  /** Lets the file go if that is why something failed; at most every ten seconds. */
  public static void releaseAfter(Throwable failure) {
    long now = System.nanoTime();
    long last = LAST.get();
    if (isInUse(failure) && now - last >= PAUSE_NANOS && LAST.compareAndSet(last, now)) {
      LOG.log(
          Level.WARNING,
          "The database's file is still locked by an opening that failed; letting it go");
      System.gc();
    }
  }

  private static boolean isInUse(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (cause instanceof SQLException sql && sql.getErrorCode() == IN_USE) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
