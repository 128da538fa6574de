package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolDamage;
import io.holdfast.agent.protocol.PoolKeyKind;
import io.holdfast.agent.protocol.PoolKeySlots;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.RebuildIndexProgress;
import io.holdfast.agent.protocol.RebuildIndexRequest;
import io.holdfast.agent.protocol.RecoveryKeyMade;
import io.holdfast.agent.protocol.RemovePoolKeyRequest;
import io.holdfast.agent.protocol.ReplacePoolKeyRequest;
import io.holdfast.agent.protocol.ReplaceRecoveryKeyRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import io.holdfast.agent.transfer.GivenSecret;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.key.SecretKind;
import io.holdfast.pool.store.IndexFacts;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolListing;
import io.holdfast.pool.store.PoolSettings;
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

  private static final IndexFacts NO_INDEX = new IndexFacts(true, true, 0, 0);

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
          OpenPools.Made made = pools.create(request.getPool(), settings(request));
          try (OpenPools.Use use = made.use()) {
            return PoolAnswers.status(use).setRecoveryKey(made.recoveryKey().orElse("")).build();
          }
        });
  }

  private static PoolSettings settings(CreatePoolRequest request) {
    return new PoolSettings(
        Ids.parse("pool_id", request.getPool().getPoolId()),
        request.getName(),
        request.getChunkBytes() == 0 ? PoolSettings.DEFAULT_CHUNK_BYTES : request.getChunkBytes(),
        request.getKind() == io.holdfast.agent.protocol.PoolKind.POOL_KIND_DEDUP
            ? PoolKind.DEDUP
            : PoolKind.STANDARD,
        request.getEncrypted());
  }

  @Override
  public void describePool(DescribePoolRequest request, StreamObserver<PoolStatus> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.look(request.getPool())) {
            return PoolAnswers.status(use).build();
          }
        });
  }

  @Override
  public void replacePoolKey(ReplacePoolKeyRequest request, StreamObserver<PoolKeySlots> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            try (PoolSecret secret = newSecret(request)) {
              use.pool().keyring().replace(secret);
            } finally {
              use.keysChanged();
            }
            return PoolAnswers.slots(use.pool());
          }
        });
  }

  private static PoolSecret newSecret(ReplacePoolKeyRequest request) {
    return GivenSecret.of(request.getNewSecret())
        .orElseThrow(() -> BackupException.of(ErrorCode.FIELD_MISSING, "field", "newSecret"));
  }

  @Override
  public void removePoolKey(RemovePoolKeyRequest request, StreamObserver<PoolKeySlots> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            try {
              use.pool().keyring().remove(kind(request.getKind()));
            } finally {
              use.keysChanged();
            }
            return PoolAnswers.slots(use.pool());
          }
        });
  }

  private static SecretKind kind(PoolKeyKind wanted) {
    return switch (wanted) {
      case POOL_KEY_PASSPHRASE -> SecretKind.PASSPHRASE;
      case POOL_KEY_FILE -> SecretKind.KEY_FILE;
      case POOL_KEY_RECOVERY -> SecretKind.RECOVERY_KEY;
      case POOL_KEY_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "kind");
    };
  }

  @Override
  public void replaceRecoveryKey(
      ReplaceRecoveryKeyRequest request, StreamObserver<RecoveryKeyMade> observer) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.use(request.getPool())) {
            String made = use.pool().keyring().replaceRecoveryKey();
            return RecoveryKeyMade.newBuilder()
                .setRecoveryKey(made)
                .setSlots(PoolAnswers.slots(use.pool()))
                .build();
          }
        });
  }

  @Override
  public void rebuildIndex(
      RebuildIndexRequest request, StreamObserver<RebuildIndexProgress> observer) {
    calls.stream(
        observer,
        out -> {
          pools.discardIndex(request.getPool());
          try (OpenPools.Use use = pools.look(request.getPool())) {
            IndexFacts index = use.pool().index().orElse(NO_INDEX);
            while (!index.complete() && index.usable()) {
              out.accept(progress(index).build());
              pause();
              index = use.pool().index().orElse(NO_INDEX);
            }
            out.accept(progress(index).setFinished(index.complete()).build());
          }
        });
  }

  private static RebuildIndexProgress.Builder progress(IndexFacts index) {
    return RebuildIndexProgress.newBuilder()
        .setTotalPacks(index.packs())
        .setChunks(index.entries());
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(PROGRESS_NANOS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "index rebuild");
    }
  }

  @Override
  public void listRestorePoints(
      ListRestorePointsRequest request, StreamObserver<RestorePointSummary> observer) {
    calls.stream(
        observer,
        out -> {
          try (OpenPools.Use use = pools.look(request.getPool())) {
            PoolListing listing = use.pool().listing();
            for (PoolListing.Unreadable damaged : listing.damaged()) {
              LOG.warn("Left out of the list: {}", damaged.error().getMessage());
            }
            for (ManifestSummary manifest : listing.points()) {
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
          try (OpenPools.Use use = pools.look(request.getPool())) {
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
