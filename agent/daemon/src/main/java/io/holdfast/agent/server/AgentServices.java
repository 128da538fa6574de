package io.holdfast.agent.server;

import io.grpc.BindableService;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.CertificateRole;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.restore.OpenRestores;
import io.holdfast.agent.storage.host.GrantCheck;
import io.holdfast.agent.storage.host.StorageHandles;
import io.holdfast.agent.storage.link.StorageLinks;
import io.holdfast.agent.throttle.SystemThrottleTime;
import io.holdfast.agent.throttle.Throttles;
import io.holdfast.agent.transfer.AbandonedSessions;
import io.holdfast.agent.transfer.BackupShutdowns;
import io.holdfast.agent.transfer.GuestFreezes;
import io.holdfast.agent.transfer.OpenBackups;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.agent.transfer.PoolMedium;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.agent.transfer.TransferWorkers;
import io.holdfast.agent.upkeep.UpkeepJobs;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of a control server and the threads and memory they share: {@value #CALLS_AT_ONCE}
 * calls and {@value #STREAMS_AT_ONCE} busy streams at once, {@value #ARENA_BYTES} bytes of data in
 * transfer.
 */
public final class AgentServices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentServices.class);
  private static final int CALLS_AT_ONCE = 64;
  private static final int STREAMS_AT_ONCE = 64;
  private static final int ARENA_BYTES = 32 << 20;
  private static final int CLOSE_SECONDS = 20;

  private final Calls calls = new Calls("holdfast-call", CALLS_AT_ONCE);
  private final Calls storageCalls = new Calls("holdfast-storage", CALLS_AT_ONCE);
  private final ThreadPoolExecutor lanes = lanes();
  private final TransferWorkers encoders =
      new TransferWorkers("holdfast-encode", TransferWorkers.perProcessor() + 1);
  private final TransferWorkers decoders =
      new TransferWorkers("holdfast-decode", 2 * TransferWorkers.perProcessor());
  private final ScheduledThreadPoolExecutor watch = watch();
  private final SystemThrottleTime time;
  private final GuestFreezes freezes;
  private final OpenBackups backups;
  private final OpenRestores restores;
  private final UpkeepJobs upkeep;
  private final StorageHandles handles;
  private final List<BindableService> services;

  /**
   * @param identity of this agent: whose server's grants count, and what other agents are shown
   */
  public AgentServices(
      Connectors connectors,
      PoolMedium medium,
      StateFolder state,
      CurrentIdentity identity,
      Clock clock) {
    OpenPools pools = new OpenPools(medium, new AbandonedSessions(state));
    time = new SystemThrottleTime(clock);
    TransferResources resources =
        new TransferResources(
            new SpanBuffers(ARENA_BYTES), lanes, encoders, decoders, new Throttles(time));
    String agentId = CertificateRole.nameOf(identity.get().certificate());
    StorageLinks links = new StorageLinks(pools, identity, agentId);
    BackupShutdowns shutdowns = new BackupShutdowns(state, clock);
    freezes = new GuestFreezes(state, clock);
    backups = new OpenBackups(connectors, links, resources, shutdowns, freezes, clock);
    restores = new OpenRestores(connectors, links, resources, state, clock);
    upkeep = new UpkeepJobs(pools);
    handles = new StorageHandles(pools, new GrantCheck(identity, agentId, clock), clock);
    services =
        List.of(
            new PlatformQueriesService(connectors, calls),
            new VmSnapshotsService(connectors, calls),
            new BackupSessionsService(backups, calls),
            new RestoreSessionsService(restores, calls),
            new PoolsService(pools, calls),
            new UpkeepService(pools, upkeep, calls, clock),
            new StorageService(handles, storageCalls).bindable());
    watch.scheduleWithFixedDelay(() -> watch(backups::closeIdle), 1, 1, TimeUnit.MINUTES);
    watch.scheduleWithFixedDelay(() -> watch(backups::lookAtOffline), 5, 5, TimeUnit.SECONDS);
    watch.scheduleWithFixedDelay(() -> watch(restores::closeIdle), 1, 1, TimeUnit.MINUTES);
    watch.scheduleWithFixedDelay(() -> watch(handles::closeIdle), 1, 1, TimeUnit.MINUTES);
  }

  private static ThreadPoolExecutor lanes() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        STREAMS_AT_ONCE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        work -> daemon(work, "holdfast-stream-" + number.incrementAndGet()));
  }

  private static ScheduledThreadPoolExecutor watch() {
    return new ScheduledThreadPoolExecutor(1, work -> daemon(work, "holdfast-watch"));
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** A failure must not end the watch. */
  private static void watch(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException failed) {
      LOG.warn("Closing an idle session failed", failed);
    }
  }

  /** What a control server offers. */
  public List<BindableService> all() {
    return services;
  }

  /** Waits for what runs to come to a resumable point, then closes disks and pools. */
  @Override
  public void close() {
    watch.shutdown();
    upkeep.close();
    backups.close();
    freezes.close();
    restores.close();
    storageCalls.close(CLOSE_SECONDS);
    handles.close();
    time.close();
    lanes.shutdown();
    encoders.close();
    decoders.close();
    calls.close(CLOSE_SECONDS);
  }
}
