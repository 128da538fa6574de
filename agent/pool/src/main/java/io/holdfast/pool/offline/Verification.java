package io.holdfast.pool.offline;

import io.holdfast.error.Messages;
import io.holdfast.pool.document.DamageInspection;
import io.holdfast.pool.document.VerifyInspection;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.verify.Damage;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Verifies a pool's folder. Thread-safe. */
public final class Verification {
  private Verification() {}

  /**
   * Reads every byte of every sealed file; damage is reported, not thrown.
   *
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND; FORMAT_… when the pool descriptor
   *     itself cannot be read
   */
  public static VerifyReport run(Path folder, VerifyListener listener) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
      return pool.verify(listener);
    }
  }

  /** The report as JSON. */
  public static String json(VerifyReport report) {
    VerifyInspection.Builder inspection =
        VerifyInspection.newBuilder()
            .setClean(report.clean())
            .setComplete(report.complete())
            .setCheckedBytes(report.checkedBytes())
            .setPacks(report.packs())
            .setChunks(report.chunks())
            .setRestorePoints(report.restorePoints());
    for (Damage damage : report.damage()) {
      DamageInspection.Builder described =
          DamageInspection.newBuilder()
              .setFile(damage.file())
              .setOffset(damage.offset())
              .setCode(damage.code().name())
              .setWhat(Messages.value(damage.what(), Locale.ENGLISH));
      for (UUID restorePoint : damage.restorePoints()) {
        described.addRestorePoints(restorePoint.toString());
      }
      inspection.addDamage(described);
    }
    return Inspection.json(inspection);
  }
}
