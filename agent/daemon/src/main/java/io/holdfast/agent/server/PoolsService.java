package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolDamage;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorKind;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolUsage;
import io.holdfast.pool.verify.Damage;
import io.holdfast.pool.verify.VerifyReport;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The storage role (POOL-01). */
final class PoolsService extends PoolsGrpc.PoolsImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(PoolsService.class);

  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final OpenPools pools;
  private final Calls calls;

  PoolsService(OpenPools pools, Calls calls) {
    this.pools = pools;
    this.calls = calls;
  }

  @Override
  public void createPool(CreatePoolRequest request, StreamObserver<PoolStatus> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use =
              pools.create(
                  request.getPool(),
                  request.getName(),
                  request.getChunkBytes(),
                  kind(request.getKind()))) {
            return status(use.pool());
          }
        });
  }

  @Override
  public void describePool(DescribePoolRequest request, StreamObserver<PoolStatus> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            return status(use.pool());
          }
        });
  }

  private static PoolStatus status(Pool pool) {
    PoolUsage usage = pool.usage();
    return PoolStatus.newBuilder()
        .setPoolId(pool.settings().poolId().toString())
        .setName(pool.settings().name())
        .setFormatVersion(usage.formatVersion())
        .setChunkBytes(pool.settings().chunkBytes())
        .setCapacityBytes(usage.capacityBytes())
        .setFreeBytes(usage.freeBytes())
        .setStoredBytes(usage.storedBytes())
        .setRestorePoints(usage.restorePoints())
        .setKind(
            pool.settings().kind() == PoolKind.DEDUP
                ? io.holdfast.agent.protocol.PoolKind.POOL_KIND_DEDUP
                : io.holdfast.agent.protocol.PoolKind.POOL_KIND_STANDARD)
        .setProtectedBytes(protectedBytes(pool))
        .build();
  }

  /** 0, which is unknown, when a manifest is damaged: what the pool holds can still be asked. */
  private static long protectedBytes(Pool pool) {
    try {
      return pool.manifests().stream()
          .flatMap(manifest -> manifest.disks().stream())
          .mapToLong(ManifestSummary.Disk::dataBytes)
          .sum();
    } catch (BackupException damaged) {
      if (damaged.kind() != ErrorKind.CORRUPT) {
        throw damaged;
      }
      LOG.warn("Not counted: {}", damaged.getMessage());
      return 0;
    }
  }

  private static PoolKind kind(io.holdfast.agent.protocol.PoolKind wanted) {
    return wanted == io.holdfast.agent.protocol.PoolKind.POOL_KIND_DEDUP
        ? PoolKind.DEDUP
        : PoolKind.STANDARD;
  }

  @Override
  public void listRestorePoints(
      ListRestorePointsRequest request, StreamObserver<RestorePointSummary> observer) {
    calls.stream(
        observer,
        out -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            for (ManifestSummary manifest : use.pool().manifests()) {
              out.accept(RestorePoints.summary(manifest));
            }
          }
        });
  }

  @Override
  public void verifyPool(VerifyPoolRequest request, StreamObserver<VerifyProgress> observer) {
    calls.stream(
        observer,
        out -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            verify(use.pool(), out, Calls.cancellation(observer));
          }
        });
  }

  private static void verify(Pool pool, Consumer<VerifyProgress> out, BooleanSupplier cancelled) {
    long[] last = {System.nanoTime(), 0};
    VerifyReport report =
        pool.verify(
            (checked, total) -> {
              last[1] = total;
              if (System.nanoTime() - last[0] > PROGRESS_NANOS) {
                last[0] = System.nanoTime();
                out.accept(
                    VerifyProgress.newBuilder()
                        .setCheckedBytes(checked)
                        .setTotalBytes(total)
                        .build());
              }
              return !cancelled.getAsBoolean();
            });
    VerifyProgress.Builder end =
        VerifyProgress.newBuilder()
            .setCheckedBytes(report.checkedBytes())
            .setTotalBytes(Math.max(last[1], report.checkedBytes()))
            .setFinished(report.complete());
    report.damage().forEach(damage -> end.addDamage(damage(damage)));
    out.accept(end.build());
  }

  private static PoolDamage damage(Damage damage) {
    PoolDamage.Builder result =
        PoolDamage.newBuilder()
            .setFile(damage.file())
            .setOffset(damage.offset())
            .setWhat(damage.what());
    damage.restorePoints().stream().map(UUID::toString).forEach(result::addRestorePointIds);
    return result.build();
  }
}
