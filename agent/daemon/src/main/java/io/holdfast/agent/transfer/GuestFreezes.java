package io.holdfast.agent.transfer;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.GuestFreeze;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.FreezeWatch;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.FrozenSnapshot.Freezing;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots for which the guest's file systems are frozen, and that no guest stays frozen (CAS-05).
 * The platform freezes and thaws within its snapshot operation; a watchdog of its own thread ends
 * an operation that takes longer than the limit, whatever the request's thread waits for. The
 * operation is in a file of the state folder before it is waited for: after a crash the next call
 * of the server about that session or platform ends it. Thread-safe.
 */
public final class GuestFreezes implements AutoCloseable {
  static final int DEFAULT_SECONDS = 30;
  private static final int MOST_SECONDS = 600;
  private static final int DOGS = 4;
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(GuestFreezes.class);
  private static final String FOLDER = "guest-freezes";

  private final StateFolder state;
  private final Clock clock;
  private final ScheduledExecutorService watchdog =
      Executors.newScheduledThreadPool(
          DOGS,
          work -> {
            Thread thread = new Thread(work, "holdfast-thaw");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param state where the files are
   */
  public GuestFreezes(StateFolder state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * Whether freezing that must be had can be tried; said before anything is changed.
   *
   * @param off the VM is off, or will be at its snapshot: nothing to freeze
   * @throws BackupException GUEST_NOT_FREEZABLE
   */
  static void require(BackupRequest request, VmDescription vm, boolean off) {
    if (request.getGuestFreeze() == GuestFreeze.FREEZE_REQUIRED && !off && isDeaf(vm)) {
      throw refused(vm.getName(), "TOOLS_STOPPED");
    }
  }

  private static boolean isDeaf(VmDescription vm) {
    return vm.getGuestTools().equals("stopped");
  }

  /**
   * Takes the snapshot of a session as its request says.
   *
   * @param tell hears what became of the guest; nothing for a VM that is off
   * @throws BackupException GUEST_NOT_FREEZABLE when freezing must be had; what the snapshot meets
   */
  VmSnapshot take(
      BackupRequest request,
      VmDescription vm,
      SnapshotType type,
      PlatformConnection platform,
      Consumer<Notice> tell) {
    String name = BackupOpening.snapshotName(request);
    boolean asked = request.getGuestFreeze() != GuestFreeze.FREEZE_OFF;
    boolean running = vm.getState().equals("running") && !request.getShutDownVm();
    if (!asked || !running || type == SnapshotType.SNAPSHOT_NONE) {
      return platform.createSnapshot(vm.getVmId(), name, type);
    }
    boolean required = request.getGuestFreeze() == GuestFreeze.FREEZE_REQUIRED;
    if (isDeaf(vm)) {
      return without(request, vm, type, platform, "TOOLS_STOPPED", tell);
    }
    Watch watch = new Watch(request, vm, platform);
    try {
      FrozenSnapshot taken = takeOnce(vm.getVmId(), name, type, platform, watch);
      watch.end(true, tell);
      if (taken.freezing() == Freezing.FROZEN) {
        tell.accept(
            Notices.note(
                NoticeCode.GUEST_FROZEN, "vm", vm.getName(), "millis", watch.elapsed().toMillis()));
      } else if (required) {
        throw refused(vm.getName(), taken.freezing().name());
      } else {
        tell.accept(notFrozen(vm, taken.freezing().name()));
      }
      return taken.snapshot();
    } catch (BackupException failed) {
      watch.end(isLasting(failed), tell);
      if (failed.code() == ErrorCode.GUEST_NOT_FREEZABLE || !mayBeForFreezing(failed, watch)) {
        throw failed;
      }
      LOG.info("Session {}: frozen snapshot: {}", request.getSessionId(), failed.getMessage());
      platform.removeSnapshot(vm.getVmId(), name);
      return without(request, vm, type, platform, "REFUSED", tell);
    } finally {
      watch.close();
    }
  }

  /**
   * One that is there already was taken by an attempt that nobody knows the end of; no byte of it
   * was read, so it is taken anew.
   */
  private static FrozenSnapshot takeOnce(
      String vmId, String name, SnapshotType type, PlatformConnection platform, Watch watch) {
    FrozenSnapshot taken = platform.createFrozenSnapshot(vmId, name, type, watch);
    if (taken.freezing() != Freezing.FOUND) {
      return taken;
    }
    platform.removeSnapshot(vmId, name);
    return platform.createFrozenSnapshot(vmId, name, type, watch);
  }

  /** What passes by itself or is unknown is not the freezing's fault, unless it was ended by us. */
  private static boolean mayBeForFreezing(BackupException failed, Watch watch) {
    return failed.code() != ErrorCode.INTERRUPTED && (isLasting(failed) || watch.hasBarked());
  }

  private static boolean isLasting(BackupException failed) {
    return failed.kind() != ErrorKind.TRANSIENT && failed.kind() != ErrorKind.AMBIGUOUS;
  }

  private static VmSnapshot without(
      BackupRequest request,
      VmDescription vm,
      SnapshotType type,
      PlatformConnection platform,
      String why,
      Consumer<Notice> tell) {
    if (request.getGuestFreeze() == GuestFreeze.FREEZE_REQUIRED) {
      throw refused(vm.getName(), why);
    }
    VmSnapshot taken =
        platform.createSnapshot(vm.getVmId(), BackupOpening.snapshotName(request), type);
    tell.accept(notFrozen(vm, why));
    return taken;
  }

  private static Notice notFrozen(VmDescription vm, String why) {
    return Notices.note(NoticeCode.GUEST_NOT_FROZEN, "vm", vm.getName(), "type", "FREEZE_" + why);
  }

  private static BackupException refused(String vm, String why) {
    return BackupException.of(ErrorCode.GUEST_NOT_FREEZABLE, "vm", vm, "type", "FREEZE_" + why);
  }

  /**
   * Ends what an earlier process of this agent left of a session; what fails in passing is thrown
   * and is to be tried again.
   */
  void settle(String session, PlatformConnection platform) {
    Optional<Frozen> left = frozen(session);
    if (left.isPresent()) {
      Frozen frozen = left.get();
      LOG.warn("VM {} may have been left frozen; its operation is ended", frozen.vmId());
      try {
        platform.thaw(frozen.vmId(), frozen.operation());
      } catch (BackupException failed) {
        if (!isLasting(failed)) {
          throw failed;
        }
        // A platform that does not cancel must not keep the session from its release.
        LOG.warn("VM {} may still be frozen: {}", frozen.vmId(), failed.getMessage());
      }
      state.delete(file(session));
    }
  }

  /** The same for all sessions of a platform that are not open. */
  void settleAll(String platformId, Set<String> open, PlatformConnection platform) {
    for (String session : state.list(FOLDER)) {
      boolean its =
          frozen(session).filter(each -> each.platformId().equals(platformId)).isPresent();
      if (its && !open.contains(session)) {
        settle(session, platform);
      }
    }
  }

  private record Frozen(String platformId, String vmId, String operation) {}

  private Optional<Frozen> frozen(String session) {
    return state
        .read(file(session))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split("\n", 3))
        .filter(lines -> lines.length == 3)
        .map(lines -> new Frozen(lines[0], lines[1], lines[2]));
  }

  private static String file(String session) {
    return FOLDER + "/" + session;
  }

  /** No guest is left frozen: what runs is ended by its file at the next start. */
  @Override
  public void close() {
    watchdog.shutdownNow();
  }

  /** Watches one snapshot: ends the platform's operation at the limit, again until it is over. */
  private final class Watch implements FreezeWatch, AutoCloseable {
    private final BackupRequest request;
    private final VmDescription vm;
    private final PlatformConnection platform;
    private final Duration limit;
    private Instant from = clock.instant();
    private Duration elapsed = Duration.ZERO;
    private Optional<Future<?>> dog = Optional.empty();
    private boolean barked;
    private boolean over;

    private Watch(BackupRequest request, VmDescription vm, PlatformConnection platform) {
      this.request = request;
      this.vm = vm;
      this.platform = platform;
      int seconds = request.getFreezeSeconds();
      this.limit =
          Duration.ofSeconds(seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MOST_SECONDS));
    }

    @Override
    public Duration limit() {
      return limit;
    }

    @Override
    public synchronized void begun(String operation) {
      String text = request.getPlatform().getPlatformId() + "\n" + vm.getVmId() + "\n" + operation;
      state.write(file(request.getSessionId()), text.getBytes(StandardCharsets.UTF_8));
      from = clock.instant();
      dog.ifPresent(earlier -> earlier.cancel(false));
      dog =
          Optional.of(
              watchdog.scheduleWithFixedDelay(
                  () -> bark(operation), limit.toMillis(), AGAIN.toMillis(), MILLISECONDS));
    }

    private void bark(String operation) {
      synchronized (this) {
        if (over) {
          return;
        }
        barked = true;
      }
      LOG.warn("VM {} is frozen for over {}; ending it", vm.getName(), limit);
      try {
        platform.thaw(vm.getVmId(), operation);
      } catch (RuntimeException failed) {
        LOG.warn("VM {} may still be frozen", vm.getName(), failed);
      }
    }

    /**
     * The platform's operation is over, or given up.
     *
     * @param known it is over for sure; else the file stays for {@link #settle}
     */
    private synchronized void end(boolean known, Consumer<Notice> tell) {
      if (over) {
        return;
      }
      over = true;
      elapsed = Duration.between(from, clock.instant());
      dog.ifPresent(pending -> pending.cancel(false));
      if (known && dog.isPresent()) {
        state.delete(file(request.getSessionId()));
      }
      if (barked) {
        tell.accept(
            Notices.warning(
                NoticeCode.GUEST_THAWED, "vm", vm.getName(), "seconds", limit.toSeconds()));
      }
    }

    private synchronized Duration elapsed() {
      return elapsed;
    }

    private synchronized boolean hasBarked() {
      return barked;
    }

    @Override
    public void close() {
      end(false, notice -> {});
    }
  }
}
