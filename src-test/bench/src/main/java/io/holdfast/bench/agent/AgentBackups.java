package io.holdfast.bench.agent;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupSessionsGrpc;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Compression;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.PlannedExtent;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolKind;
import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SealBackupRequest;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.protocol.SyncStreamRequest;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** Drives pools and backups of an agent. Used by one thread. */
public final class AgentBackups {
  private static final int SMALL_SPAN_BYTES = 1 << 20;
  private static final int ZSTD_LEVEL = 3;

  private final PoolsGrpc.PoolsBlockingStub pools;
  private final BackupSessionsGrpc.BackupSessionsBlockingStub backups;
  private final BackupSessionsGrpc.BackupSessionsFutureStub transfers;
  private final int streams;
  private final PoolRoute route;

  /**
   * @param streams per disk (OPT-06)
   */
  public AgentBackups(AgentProcess agent, int streams) {
    this(agent, streams, PoolRoute.OWN);
  }

  /**
   * @param route to the pools
   */
  public AgentBackups(AgentProcess agent, int streams, PoolRoute route) {
    this.route = route;
    this.pools = PoolsGrpc.newBlockingStub(agent.channel());
    this.backups = BackupSessionsGrpc.newBlockingStub(agent.channel());
    this.transfers = BackupSessionsGrpc.newFutureStub(agent.channel());
    this.streams = streams;
  }

  /** Makes a dedup pool. */
  public PoolAccess createPool(Path folder) {
    return created(access(folder).build(), false);
  }

  /** Makes a dedup pool that is encrypted (OPT-17) by a passphrase that is made up. */
  public PoolAccess createEncryptedPool(Path folder) {
    PoolSecret secret = PoolSecret.newBuilder().setPassphrase(UUID.randomUUID() + "-Bench").build();
    return created(access(folder).setSecret(secret).build(), true);
  }

  private static PoolAccess.Builder access(Path folder) {
    return PoolAccess.newBuilder()
        .setPoolId(UUID.randomUUID().toString())
        .setFolder(folder.toString());
  }

  private PoolAccess created(PoolAccess access, boolean encrypted) {
    pools.createPool(
        CreatePoolRequest.newBuilder()
            .setPool(access)
            .setName("bench")
            .setKind(PoolKind.POOL_KIND_DEDUP)
            .setEncrypted(encrypted)
            .build());
    return access;
  }

  /**
   * A full backup of a VM, every byte of its disks read: neither CBT nor allocation is asked for.
   */
  public RestorePointSummary full(PoolAccess pool, String vm) {
    return run(request(pool, vm).setRequestedType(BackupType.FULL).build());
  }

  /** The same in small spans: more calls for the same bytes, so that their code gets warm. */
  public RestorePointSummary fullInSmallSpans(PoolAccess pool, String vm) {
    return run(
        request(pool, vm)
            .setRequestedType(BackupType.FULL)
            .setTransferBytes(SMALL_SPAN_BYTES)
            .build());
  }

  /** A full backup compressed by zstd 3 (OPT-01), as restic's default is. */
  public RestorePointSummary fullByZstd(PoolAccess pool, String vm) {
    return run(
        request(pool, vm)
            .setRequestedType(BackupType.FULL)
            .setCompression(Compression.COMPRESSION_ADJUSTABLE)
            .setCompressionLevel(ZSTD_LEVEL)
            .build());
  }

  /** A full backup that reads what the platform says is allocated (OPT-16). */
  public RestorePointSummary fullOfAllocated(PoolAccess pool, String vm) {
    return run(request(pool, vm).setRequestedType(BackupType.FULL).setValidDataOnly(true).build());
  }

  /** A backup by changed blocks; fails when the agent makes a full one instead. */
  public RestorePointSummary incremental(PoolAccess pool, String vm, String base) {
    RestorePointSummary made =
        run(
            request(pool, vm)
                .setRequestedType(BackupType.INCREMENTAL)
                .setBaseRestorePointId(base)
                .build());
    if (made.getType() != BackupType.INCREMENTAL) {
      throw new IllegalStateException("the incremental backup turned out " + made.getType());
    }
    return made;
  }

  private BackupRequest.Builder request(PoolAccess pool, String vm) {
    String session = UUID.randomUUID().toString();
    return BackupRequest.newBuilder()
        .setSessionId(session)
        .setPlatform(ImagePlatform.access())
        .setPool(route.to(pool, session, List.of()))
        .setVmId(vm)
        .setEnableTracking(true)
        .setCompression(Compression.COMPRESSION_FAST)
        .setStreamsPerDisk(streams)
        .setJobName("bench");
  }

  private RestorePointSummary run(BackupRequest request) {
    BackupBegun begun = backups.beginBackup(request);
    List<Runnable> work = new ArrayList<>();
    for (StreamPlan stream : begun.getStreamsList()) {
      work.add(() -> transfer(request.getSessionId(), stream));
    }
    StreamWindow.together(work);
    RestorePointSummary sealed =
        backups.sealBackup(
            SealBackupRequest.newBuilder().setSessionId(request.getSessionId()).build());
    backups.releaseBackup(
        ReleaseBackupRequest.newBuilder()
            .setSessionId(request.getSessionId())
            .setPlatform(request.getPlatform())
            .setPool(request.getPool())
            .setVmId(request.getVmId())
            .build());
    return sealed;
  }

  private void transfer(String session, StreamPlan stream) {
    TransferExtentRequest.Builder request =
        TransferExtentRequest.newBuilder()
            .setSessionId(session)
            .setDiskKey(stream.getDiskKey())
            .setStream(stream.getStream());
    SyncStreamRequest sync =
        SyncStreamRequest.newBuilder()
            .setSessionId(session)
            .setDiskKey(stream.getDiskKey())
            .setStream(stream.getStream())
            .build();
    StreamWindow.walk(
        stream.getExtentCount(),
        ordinal ->
            transfers.transferExtent(
                request.setExtent(PlannedExtent.newBuilder().setOrdinal(ordinal)).build()),
        () -> backups.syncStream(sync));
  }

  /** Reads and checks every byte of a pool; fails on damage. Bytes checked. */
  public long verify(PoolAccess pool) {
    Iterator<VerifyProgress> progress =
        pools.verifyPool(VerifyPoolRequest.newBuilder().setPool(pool).build());
    VerifyProgress last = VerifyProgress.getDefaultInstance();
    while (progress.hasNext()) {
      last = progress.next();
    }
    if (!last.getFinished() || last.getDamageCount() > 0) {
      throw new IllegalStateException("verification: " + last);
    }
    return last.getCheckedBytes();
  }
}
