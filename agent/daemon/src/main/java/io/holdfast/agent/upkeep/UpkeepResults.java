package io.holdfast.agent.upkeep;

import io.holdfast.agent.protocol.CollectResult;
import io.holdfast.agent.protocol.HurtPoint;
import io.holdfast.agent.protocol.UpkeepDamage;
import io.holdfast.agent.protocol.VerifyResult;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.verify.Damage;
import io.holdfast.pool.verify.VerifyReport;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The engine's reports as the protocol tells them. */
final class UpkeepResults {
  private static final int MOST_PLACES = 1_000;

  /** 40 bytes each: far below the limit of a message. */
  private static final int MOST_NAMES = 100_000;

  private UpkeepResults() {}

  static CollectResult of(GcReport report) {
    GcReport.MarkReport mark = report.mark();
    CollectResult.Builder result =
        CollectResult.newBuilder()
            .setComplete(report.complete())
            .setRestorePoints(report.restorePoints())
            .setPacks(mark.packs())
            .setPackBytes(mark.packBytes())
            .setLiveBytes(mark.liveBytes())
            .setDeadPacks(mark.deadPacks())
            .setDeadBytes(mark.deadBytes())
            .setSparsePacks(mark.sparsePacks())
            .setSparseBytes(mark.sparseBytes())
            .setLeftAlonePacks(mark.leftAlone())
            .setCompactedPacks(report.compacted())
            .setCopiedBytes(report.copiedBytes())
            .setDeletedPacks(report.deleted())
            .setFreedBytes(report.freedBytes())
            .setWaitingPacks(report.waiting().packs())
            .setWaitingForReaders(report.waiting().readers());
    report.waiting().sessions().forEach(id -> result.addWaitingForSessions(id.toString()));
    return result.build();
  }

  static VerifyResult of(VerifyReport report) {
    VerifyResult.Builder result =
        VerifyResult.newBuilder()
            .setComplete(report.complete())
            .setCheckedBytes(report.checkedBytes())
            .setPacks(report.packs())
            .setChunks(report.chunks())
            .setRestorePoints(report.restorePoints())
            .setDamagedPlaces(report.damage().size());
    Map<UUID, Long> hurt = new TreeMap<>();
    int names = 0;
    for (Damage place : report.damage()) {
      place.restorePoints().forEach(id -> hurt.merge(id, 1L, Long::sum));
      names += place.restorePoints().size() + 1;
      if (result.getDamageCount() < MOST_PLACES && names <= MOST_NAMES) {
        result.addDamage(damage(place));
      }
    }
    hurt.forEach(
        (id, places) ->
            result.addHurt(
                HurtPoint.newBuilder().setRestorePointId(id.toString()).setPlaces(places)));
    return result.build();
  }

  private static UpkeepDamage damage(Damage place) {
    UpkeepDamage.Builder result =
        UpkeepDamage.newBuilder()
            .setFile(place.file())
            .setOffset(place.offset())
            .setCode(place.code().number())
            .setWhat(place.what());
    place.restorePoints().forEach(id -> result.addRestorePointIds(id.toString()));
    return result.build();
  }
}
