package io.holdfast.agent.testing;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Compression;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.PlannedExtent;
import io.holdfast.agent.protocol.ReadPlanRequest;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SealBackupRequest;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.protocol.SyncStreamRequest;
import io.holdfast.agent.protocol.TransferExtentRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Drives backups as the server's batch job does. */
public final class BackupDriver {
  private static final int WINDOW = 4;

  private final TestAgent agent;

  public BackupDriver(TestAgent agent) {
    this.agent = agent;
  }

  /** A request with small spans, tracking on. */
  public BackupRequest.Builder request(String vmId, BackupType type, String base) {
    return BackupRequest.newBuilder()
        .setSessionId(UUID.randomUUID().toString())
        .setPlatform(TestPlatform.access())
        .setPool(agent.pool())
        .setVmId(vmId)
        .setRequestedType(type)
        .setBaseRestorePointId(base)
        .setEnableTracking(true)
        .setValidDataOnly(true)
        .setCompression(Compression.COMPRESSION_FAST)
        .setStreamsPerDisk(4)
        .setTransferBytes(4 * TestAgent.CHUNK_BYTES)
        .setJobName("job");
  }

  /** From begin to release. */
  public RestorePointSummary run(BackupRequest request) {
    BackupBegun begun = agent.backups().beginBackup(request);
    transferAll(request, begun);
    RestorePointSummary sealed = seal(request);
    release(request, false, List.of(sealed.getRestorePointId()));
    return sealed;
  }

  public List<ExtentReceipt> transferAll(BackupRequest request, BackupBegun begun) {
    List<ExtentReceipt> receipts = new ArrayList<>();
    for (StreamPlan stream : begun.getStreamsList()) {
      receipts.addAll(transfer(request, stream, Long.MAX_VALUE));
    }
    return receipts;
  }

  /** Transfers a stream's first extents with some in flight, then makes them durable. */
  public List<ExtentReceipt> transfer(BackupRequest request, StreamPlan stream, long count) {
    List<ExtentReceipt> receipts = new ArrayList<>();
    for (long from = 0; from < Math.min(count, stream.getExtentCount()); from += WINDOW) {
      List<ListenableFuture<ExtentReceipt>> window = new ArrayList<>();
      for (PlannedExtent extent : plan(request, stream, from)) {
        if (extent.getOrdinal() < count) {
          window.add(
              agent
                  .backupsAsync()
                  .transferExtent(
                      TransferExtentRequest.newBuilder()
                          .setSessionId(request.getSessionId())
                          .setDiskKey(stream.getDiskKey())
                          .setStream(stream.getStream())
                          .setExtent(extent)
                          .build()));
        }
      }
      window.forEach(future -> receipts.add(Futures.getUnchecked(future)));
      agent
          .backups()
          .syncStream(
              SyncStreamRequest.newBuilder()
                  .setSessionId(request.getSessionId())
                  .setDiskKey(stream.getDiskKey())
                  .setStream(stream.getStream())
                  .build());
    }
    return receipts;
  }

  public List<PlannedExtent> plan(BackupRequest request, StreamPlan stream, long from) {
    return agent
        .backups()
        .readPlan(
            ReadPlanRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setDiskKey(stream.getDiskKey())
                .setStream(stream.getStream())
                .setFromOrdinal(from)
                .setLimit(WINDOW)
                .build())
        .getExtentsList();
  }

  public RestorePointSummary seal(BackupRequest request) {
    return agent
        .backups()
        .sealBackup(SealBackupRequest.newBuilder().setSessionId(request.getSessionId()).build());
  }

  public ReleaseBackupResponse release(BackupRequest request, boolean abandon, List<String> bases) {
    return agent
        .backups()
        .releaseBackup(
            ReleaseBackupRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setPlatform(request.getPlatform())
                .setPool(request.getPool())
                .setVmId(request.getVmId())
                .setAbandon(abandon)
                .addAllRestorePointsInUseAsBase(bases)
                .build());
  }
}
