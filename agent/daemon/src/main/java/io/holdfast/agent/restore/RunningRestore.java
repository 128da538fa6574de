package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.Lane;
import io.holdfast.agent.transfer.PoolUse;
import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.RestorePointReader;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A restore session open in this process; it can be opened again from its session file and the
 * restore point. Thread-safe.
 */
final class RunningRestore implements AutoCloseable {
  private static final int CLOSE_SECONDS = 15;

  private final Held held;
  private final Pace pace;
  private final Clock clock;
  private final Map<String, TargetDisk> targets = new LinkedHashMap<>();
  private final Map<String, List<RestoreStream>> streams = new LinkedHashMap<>();
  private volatile Instant lastUse;
  private RestoreRecord record;
  private boolean closed;

  RunningRestore(RestoreRecord record, Held held, Pace pace, Clock clock) {
    this.record = record;
    this.held = held;
    this.pace = pace;
    this.clock = clock;
    this.lastUse = clock.instant();
  }

  /**
   * What a session holds on to until it is closed.
   *
   * @param pool where the restore point is
   * @param point the restore point
   * @param platform keeps the disks it opened only as long as its connection lives
   */
  record Held(PoolUse pool, RestorePointReader point, PlatformConnection platform)
      implements AutoCloseable {
    @Override
    public void close() {
      platform.close();
      point.close();
      pool.close();
    }
  }

  /** Adds a disk and its streams. */
  void add(
      String diskKey, TargetDisk target, List<RestoreSpans> plan, TransferResources resources) {
    targets.put(diskKey, target);
    List<RestoreStream> ofDisk = new ArrayList<>();
    for (RestoreSpans spans : plan) {
      Lane lane = new Lane(record.request().getSessionId(), resources.lanes());
      ofDisk.add(new RestoreStream(spans, reader(diskKey), target, resources, pace, lane));
    }
    streams.put(diskKey, ofDisk);
  }

  private DiskReader reader(String diskKey) {
    return held.point().disk(diskKey);
  }

  synchronized RestoreRecord record() {
    return record;
  }

  synchronized void record(RestoreRecord next) {
    record = next;
  }

  PlatformConnection platform() {
    return held.platform();
  }

  RestorePointReader point() {
    return held.point();
  }

  /** When it was last asked for anything; now, while a limit or a lost connection holds it. */
  Instant lastUse() {
    return pace.isHolding() || held.pool().isWaiting() ? clock.instant() : lastUse;
  }

  /** How fast it may go. */
  Pace pace() {
    lastUse = clock.instant();
    return pace;
  }

  /** The answer to CreateTarget. */
  RestoreTarget target(boolean resumed) {
    RestoreRecord made = record();
    RestoreTarget.Builder target =
        RestoreTarget.newBuilder()
            .setVmId(made.vm().id())
            .setVmName(made.vm().name())
            .addAllNotices(made.notices())
            .setResumed(resumed);
    streams.forEach(
        (diskKey, ofDisk) -> {
          for (int i = 0; i < ofDisk.size(); i++) {
            RestoreSpans spans = ofDisk.get(i).spans();
            target.addStreams(
                RestoreStreamPlan.newBuilder()
                    .setDiskKey(diskKey)
                    .setStream(i)
                    .setExtentCount(spans.count())
                    .setDataBytes(spans.dataBytes())
                    .setDigest(spans.digest()));
          }
        });
    return target.build();
  }

  /**
   * A planned stream.
   *
   * @throws BackupException NOT_FOUND for one that was not planned
   */
  RestoreStream stream(String diskKey, int stream) {
    lastUse = clock.instant();
    List<RestoreStream> ofDisk = streams.getOrDefault(diskKey, List.of());
    if (stream < 0 || stream >= ofDisk.size()) {
      throw BackupException.of(
          ErrorCode.NOT_FOUND, "what", "stream " + stream + " of disk", "id", diskKey);
    }
    return ofDisk.get(stream);
  }

  /** Reads a disk back and compares; bytes compared. */
  long verify(String diskKey, TransferResources resources) {
    lastUse = clock.instant();
    TargetDisk target = targets.get(diskKey);
    if (target == null) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "disk", "id", diskKey);
    }
    List<RestoreSpans> plan = streams.get(diskKey).stream().map(RestoreStream::spans).toList();
    DiskVerification verification =
        new DiskVerification(target.link(), reader(diskKey), held.pool().resources(resources));
    if (target.fresh()) {
      verification.verifyZeros(plan);
    }
    return verification.verify(plan);
  }

  /** Makes all disks durable and ends their connections: nothing is written any more. */
  void closeDisks() {
    lastUse = clock.instant();
    for (List<RestoreStream> ofDisk : streams.values()) {
      ofDisk.forEach(stream -> stream.sync().join());
      ofDisk.forEach(stream -> stream.close(CLOSE_SECONDS));
    }
    targets.values().stream().map(TargetDisk::link).forEach(ReconnectingDisk::close);
  }

  /** Lets writes under way end, then closes disks, platform and pool. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    pace.close();
    streams.values().forEach(all -> all.forEach(stream -> stream.close(CLOSE_SECONDS)));
    targets.values().stream().map(TargetDisk::link).forEach(ReconnectingDisk::close);
    held.close();
  }
}
