package io.holdfast.platform.h3ccas.cvd;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks a connection holds open at cvd-ds. A disk asked for twice is opened once; one whose
 * control connection broke is opened again. Handles end when their snapshot is removed, when their
 * VM is started or changed, and with the platform connection; a heartbeat keeps them until then.
 * After a crash of this process cvd-ds closes them itself. Thread-safe.
 */
public final class CvdHandles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CvdHandles.class);
  private static final long BEAT_SECONDS = 15;

  private final RequestTimings timings;
  private final Waiting waiting;
  private final Object opening = new Object();
  private final List<CvdSession> sessions = new ArrayList<>();
  private final Set<CvdSession> beating = ConcurrentHashMap.newKeySet();
  // At most a thread for each session: one that is still beating is left alone.
  private final ExecutorService beats = Executors.newCachedThreadPool(CvdHandles::thread);
  private ScheduledExecutorService heart;
  private boolean closed;

  public CvdHandles(RequestTimings timings, Waiting waiting) {
    this.timings = timings;
    this.waiting = waiting;
  }

  /**
   * The open handle of a disk. "Busy" is tried again with growing pauses (OPT-15).
   *
   * @throws BackupException as {@link CvdSession#open}
   */
  public CvdSession open(CvdAddress address, CvdDisk disk) {
    for (int attempt = 1; ; attempt++) {
      try {
        return openOnce(address, disk);
      } catch (BackupException e) {
        if (e.code() != ErrorCode.PLATFORM_BUSY || attempt > timings.retries()) {
          throw e;
        }
        LOG.info("Opening {} of VM {}: {}", disk.device(), disk.vmId(), e.getMessage());
      }
      waiting.pause(timings.pause(attempt));
    }
  }

  /**
   * Asks for a known handle before it is given out again: whoever asks twice may do so because his
   * data connection broke, and cvd-ds may have been started anew. Opening may take long: it has its
   * own lock, so that heartbeats go on meanwhile.
   */
  private CvdSession openOnce(CvdAddress address, CvdDisk disk) {
    synchronized (opening) {
      Optional<CvdSession> known = known(address, disk);
      if (known.isPresent() && known.get().verified()) {
        return known.get();
      }
      CvdSession session = CvdSession.open(address, disk);
      if (!added(session)) {
        session.close();
        throw BackupException.of(ErrorCode.INTERRUPTED, "what", "opening " + disk.device());
      }
      return session;
    }
  }

  private synchronized Optional<CvdSession> known(CvdAddress address, CvdDisk disk) {
    sessions.removeIf(each -> !each.alive());
    return sessions.stream()
        .filter(each -> each.disk().equals(disk) && each.host().equals(address.host()))
        .findFirst();
  }

  private synchronized boolean added(CvdSession session) {
    if (closed) {
      return false;
    }
    sessions.add(session);
    if (heart == null) {
      heart = Executors.newSingleThreadScheduledExecutor(CvdHandles::thread);
      heart.scheduleWithFixedDelay(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
    }
    return true;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "cvd-heartbeat");
    thread.setDaemon(true);
    return thread;
  }

  /** Every session on its own: a host that does not answer lets no other one's handles expire. */
  void beat() {
    for (CvdSession session : open()) {
      if (beating.add(session)) {
        beats.execute(
            () -> {
              try {
                session.beat();
              } finally {
                beating.remove(session);
              }
            });
      }
    }
  }

  private synchronized List<CvdSession> open() {
    return List.copyOf(sessions);
  }

  /** Closes the handles on a snapshot. */
  public void closeSnapshot(String vmId, String snapshot) {
    closeAll(each -> each.disk().vmId().equals(vmId) && each.disk().snapshot().equals(snapshot));
  }

  /** Closes the handles on one disk of a VM. */
  public void closeDisk(String vmId, String device) {
    closeAll(each -> each.disk().vmId().equals(vmId) && each.disk().device().equals(device));
  }

  /**
   * Closes all handles of a VM.
   *
   * @throws BackupException DISK_WRITE_FAILED when a writable disk's close is not confirmed
   */
  public void closeVm(String vmId) {
    closeAll(each -> each.disk().vmId().equals(vmId));
  }

  private void closeAll(Predicate<CvdSession> which) {
    List<CvdSession> chosen;
    synchronized (this) {
      chosen = sessions.stream().filter(which).toList();
      sessions.removeAll(chosen);
    }
    Optional<BackupException> first = Optional.empty();
    for (CvdSession each : chosen) {
      try {
        each.close();
      } catch (BackupException failed) {
        // The others are known to nobody any more: they are closed all the same.
        LOG.warn(
            "Closing {} of VM {}: {}",
            each.disk().device(),
            each.disk().vmId(),
            failed.getMessage());
        first = first.or(() -> Optional.of(failed));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** Closes all; throws nothing. */
  @Override
  public void close() {
    List<CvdSession> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(sessions);
      sessions.clear();
      if (heart != null) {
        heart.shutdownNow();
      }
      beats.shutdown();
    }
    for (CvdSession each : all) {
      try {
        each.close();
      } catch (BackupException e) {
        LOG.warn(
            "Closing {} of VM {}: {}", each.disk().device(), each.disk().vmId(), e.getMessage());
      }
    }
  }
}
