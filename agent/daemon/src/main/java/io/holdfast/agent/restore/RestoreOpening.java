package io.holdfast.agent.restore;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestorePlanDisk;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.restore.RestoreIntent.Chosen;
import io.holdfast.agent.restore.RestoreRecord.Phase;
import io.holdfast.agent.restore.RunningRestore.Held;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.PoolReach;
import io.holdfast.agent.transfer.PoolUse;
import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskTarget;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans restores, makes their targets and opens them, as often as need be. */
final class RestoreOpening {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreOpening.class);
  private static final int DEFAULT_TRANSFER_BYTES = 4 << 20;
  private static final int MAX_STREAMS = 5;
  private static final Duration OWN_WATCH = Duration.ofSeconds(45);

  private final Connectors connectors;
  private final PoolReach pools;
  private final TransferResources resources;
  private final RestoreRecords records;
  private final Clock clock;

  RestoreOpening(
      Connectors connectors,
      PoolReach pools,
      TransferResources resources,
      RestoreRecords records,
      Clock clock) {
    this.connectors = connectors;
    this.pools = pools;
    this.resources = resources;
    this.records = records;
    this.clock = clock;
  }

  /** What a restore would do now; changes nothing. */
  RestorePlan plan(RestoreRequest request) {
    try (Held held = hold(request)) {
      RestoreIntent intent =
          new RestoreChecks(request, held.platform()).check(held.point(), Optional.empty());
      RestorePlan.Builder plan = RestorePlan.newBuilder().setSourceVm(intent.source());
      intent.existing().ifPresent(vm -> plan.setTargetVmId(vm.getVmId()));
      plan.addAllNotices(RestoreForecast.of(intent, held.platform()));
      for (Chosen chosen : intent.disks()) {
        plan.addDisks(
            RestorePlanDisk.newBuilder().setDisk(chosen.disk()).setDataBytes(chosen.dataBytes()));
      }
      return plan.build();
    }
  }

  private Held hold(RestoreRequest request) {
    PlatformConnection platform = connectors.connect(request.getPlatform());
    PoolUse use = null;
    try {
      use = pools.use(request.getPool(), request.getStorageLink());
      RestorePointReader point =
          use.pool().restorePoint(Ids.parse("restore_point_id", request.getRestorePointId()));
      return new Held(use, point, platform);
    } catch (BackupException failed) {
      platform.close();
      if (use != null) {
        use.close();
      }
      throw failed;
    }
  }

  /** Makes the target as far as it is not made yet and opens the session. */
  RunningRestore open(RestoreRequest request) {
    Optional<RestoreRecord> before = records.load(request.getSessionId());
    Pace pace = resources.pace(request.getSessionId(), request.getLimits());
    Optional<Held> held = Optional.empty();
    boolean opened = false;
    try {
      held = Optional.of(hold(request));
      RunningRestore running = running(request, before, held.get(), pace);
      opened = true;
      return running;
    } finally {
      if (!opened) {
        pace.close();
        held.ifPresent(Held::close);
      }
    }
  }

  private RunningRestore running(
      RestoreRequest request, Optional<RestoreRecord> before, Held held, Pace pace) {
    RestoreRecord made = made(request, before, held);
    RunningRestore running = new RunningRestore(made, held, pace, clock);
    for (RestoreRecord.Disk disk : made.disks()) {
      add(request, disk, before.isPresent(), held, running);
    }
    return running;
  }

  private RestoreRecord made(RestoreRequest request, Optional<RestoreRecord> before, Held held) {
    if (before.isPresent() && before.get().phase() != Phase.MAKING) {
      return before.get();
    }
    RestoreIntent intent = new RestoreChecks(request, held.platform()).check(held.point(), before);
    RestoreRecord record = before.orElseGet(() -> TargetMaker.begin(intent));
    RestoreRecord made =
        new TargetMaker(
                intent, held.platform(), records, new SafetySnapshots(connectors, records), clock)
            .make(record);
    LOG.info(
        "Restore {}: target VM {} is there, {} disks",
        request.getSessionId(),
        made.vm().id(),
        made.disks().size());
    return made;
  }

  private void add(
      RestoreRequest request,
      RestoreRecord.Disk disk,
      boolean resumed,
      Held held,
      RunningRestore running) {
    AtomicBoolean again = new AtomicBoolean(resumed);
    DiskReader reader = held.point().disk(disk.sourceKey());
    int streams = Math.max(1, Math.min(MAX_STREAMS, request.getStreamsPerDisk()));
    int chunk = held.pool().pool().settings().chunkBytes();
    List<RestoreSpans> plan =
        RestoreSpans.streams(
            reader, spanBytes(request, chunk), disk.fresh(), disk.targetBytes(), streams);
    ReconnectingDisk<DiskTarget> link =
        new ReconnectingDisk<>(
            running.record().vm().name(),
            device(held, disk),
            () ->
                held.platform()
                    .writableDisk(
                        running.record().vm().id(),
                        disk.targetKey(),
                        request.getDataPlane(),
                        streams),
            where -> opened(connected(where, again), running.record(), disk, reader.sizeBytes()),
            DiskTarget::close,
            clock);
    running.add(
        disk.sourceKey(),
        new TargetDisk(link, disk.fresh()),
        plan,
        held.pool().resources(resources));
  }

  /** As people know the disk. */
  private static String device(Held held, RestoreRecord.Disk disk) {
    return RestorePoints.summary(held.point().manifest()).getDisksList().stream()
        .map(RestorePointDisk::getDisk)
        .filter(source -> source.getDiskKey().equals(disk.sourceKey()))
        .map(DiskDescription::getDevice)
        .findFirst()
        .orElse(disk.targetKey());
  }

  /**
   * A process that died and a connection that was lost keep their watch on an image for half a
   * minute: who comes again waits for it.
   */
  private DiskTarget connected(DiskEndpoint where, AtomicBoolean again) {
    Instant until = clock.instant().plus(again.getAndSet(true) ? OWN_WATCH : Duration.ZERO);
    for (; ; ) {
      try {
        return connectors.openForWriting(where);
      } catch (BackupException inUse) {
        boolean waits =
            inUse.code() == ErrorCode.RBD_IMAGE_IN_USE && clock.instant().isBefore(until);
        if (!waits) {
          throw inUse;
        }
        LOG.info("Waiting for an earlier connection to end: {}", inUse.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "restore");
    }
  }

  private static DiskTarget opened(
      DiskTarget target, RestoreRecord record, RestoreRecord.Disk disk, long sizeBytes) {
    long actual = target.sizeBytes();
    // A platform may round a new disk up and a chosen volume may be larger; a disk that the VM had
    // must be the one that was backed up, or chosen.
    long wanted = disk.targetBytes() > 0 ? disk.targetBytes() : sizeBytes;
    boolean fits = disk.inPlace() ? actual == wanted : actual >= sizeBytes;
    if (!fits) {
      target.close();
      throw BackupException.of(
          ErrorCode.TARGET_DISK_MISMATCH,
          "disk",
          disk.targetKey(),
          "vm",
          record.vm().name(),
          "actual",
          actual,
          "expected",
          wanted);
    }
    return target;
  }

  private int spanBytes(RestoreRequest request, int chunk) {
    int asked =
        request.getTransferBytes() <= 0 ? DEFAULT_TRANSFER_BYTES : request.getTransferBytes();
    int fitting = Math.min(asked, resources.buffers().maxSpanBytes());
    return Math.max(chunk, fitting / chunk * chunk);
  }
}
