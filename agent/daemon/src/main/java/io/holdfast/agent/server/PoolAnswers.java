package io.holdfast.agent.server;

import io.holdfast.agent.protocol.DamagedManifest;
import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.PoolKeyKind;
import io.holdfast.agent.protocol.PoolKeySlot;
import io.holdfast.agent.protocol.PoolKeySlots;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.error.BackupException;
import io.holdfast.pool.key.KeySlotFacts;
import io.holdfast.pool.key.SecretKind;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolListing;
import io.holdfast.pool.store.PoolUsage;

/** What the protocol says of an open pool. */
final class PoolAnswers {
  /** More damaged manifests than these are only counted: an answer must fit a message. */
  private static final int DAMAGED_NAMED = 1_000;

  private PoolAnswers() {}

  static PoolStatus.Builder status(OpenPools.Use use) {
    Pool pool = use.pool();
    PoolUsage usage = pool.usage();
    PoolListing listing = pool.listing();
    PoolStatus.Builder status =
        PoolStatus.newBuilder()
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
            .setProtectedBytes(protectedBytes(listing))
            .setEncrypted(pool.settings().encrypted())
            .setKey(use.key())
            .addAllKeySlots(slots(pool).getSlotsList())
            .setOpenSessions(usage.openSessions());
    pool.index()
        .ifPresent(
            index ->
                status
                    .setIndexUsable(index.usable())
                    .setIndexComplete(index.complete())
                    .setIndexEntries(index.entries()));
    listing.damaged().stream()
        .limit(DAMAGED_NAMED)
        .forEach(damaged -> status.addDamaged(damaged(damaged)));
    return status.setDamagedManifests(listing.damaged().size());
  }

  private static long protectedBytes(PoolListing listing) {
    return listing.points().stream()
        .flatMap(manifest -> manifest.disks().stream())
        .mapToLong(ManifestSummary.Disk::dataBytes)
        .sum();
  }

  private static DamagedManifest damaged(PoolListing.Unreadable unreadable) {
    BackupException error = unreadable.error();
    return DamagedManifest.newBuilder()
        .setRestorePointId(unreadable.restorePointId().toString())
        .setError(
            ErrorDetail.newBuilder()
                .setCode(error.code().number())
                .putAllParameters(error.parameters()))
        .build();
  }

  static PoolKeySlots slots(Pool pool) {
    PoolKeySlots.Builder slots = PoolKeySlots.newBuilder();
    for (KeySlotFacts slot : pool.keyring().list()) {
      slots.addSlots(
          PoolKeySlot.newBuilder()
              .setNumber((int) slot.number())
              .setKind(told(slot.kind()))
              .setCreatedEpochMillis(slot.createdAt().toEpochMilli()));
    }
    return slots.build();
  }

  private static PoolKeyKind told(SecretKind kind) {
    return switch (kind) {
      case PASSPHRASE -> PoolKeyKind.POOL_KEY_PASSPHRASE;
      case KEY_FILE -> PoolKeyKind.POOL_KEY_FILE;
      case RECOVERY_KEY -> PoolKeyKind.POOL_KEY_RECOVERY;
    };
  }
}
