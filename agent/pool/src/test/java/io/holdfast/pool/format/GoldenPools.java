package io.holdfast.pool.format;

import com.google.protobuf.ByteString;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.store.RestorePointType;
import io.holdfast.pool.store.SessionDisk;
import io.holdfast.pool.store.SessionSpec;
import io.holdfast.pool.testing.Backups;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the golden pools under {@code src/test/resources/golden} hold, and how one is made when a
 * new format version is released: {@code GoldenPools.main} with an empty folder, once; its files
 * are then kept for ever (without {@code lease} and {@code lease.lock}).
 */
public final class GoldenPools {
  static final int CHUNK = 1 << 16;
  static final UUID POOL_ID = UUID.fromString("601d0000-0000-4000-8000-000000000001");
  static final UUID FULL = UUID.fromString("601d0000-0000-4000-8000-00000000000f");
  static final UUID NEXT = UUID.fromString("601d0000-0000-4000-8000-0000000000ff");
  static final String DISK = "vda";

  private GoldenPools() {}

  /** Text, a zero chunk, noise that does not shrink, text, half a kilobyte of text. */
  static byte[] full() {
    byte[] disk = new byte[4 * CHUNK + 512];
    byte[] text = "Holdfast keeps what it holds. ".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < disk.length; i++) {
      disk[i] = text[i % text.length];
    }
    Arrays.fill(disk, CHUNK, 2 * CHUNK, (byte) 0);
    int noise = 1;
    for (int i = 2 * CHUNK; i < 3 * CHUNK; i++) {
      noise = noise * 1103515245 + 12345;
      disk[i] = (byte) (noise >>> 16);
    }
    return disk;
  }

  /** One byte more in the zero chunk, and the last sector changed. */
  static byte[] next() {
    byte[] disk = full();
    disk[CHUNK + 1000] = 'x';
    disk[disk.length - 1] = 'y';
    return disk;
  }

  static List<ByteRange> changed() {
    return List.of(new ByteRange(CHUNK + 512, 512), new ByteRange(4L * CHUNK, 512));
  }

  /** 32 bytes 0…31: opens the encrypted golden pool. */
  static final String RECOVERY_KEY =
      "HFR1-000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFM-DQBS";

  /** Shares all but a chunk with the full one. */
  static final UUID TWIN = UUID.fromString("601d0000-0000-4000-8000-000000000fff");

  static byte[] twin() {
    byte[] disk = full();
    disk[0] = 'T';
    return disk;
  }

  /** A standard pool, as since version 0.1. */
  public static void main(String[] args) {
    Clock clock = Clock.fixed(Instant.parse("2026-11-21T01:00:00Z"), ZoneOffset.UTC);
    PoolSettings settings = new PoolSettings(POOL_ID, "金 golden", CHUNK);
    try (Pool pool = FolderPool.create(Path.of(args[0]), settings, clock)) {
      backUpTwo(pool);
    }
  }

  private static void backUpTwo(Pool pool) {
    Backups.backup(pool, Backups.full(FULL, Map.of(DISK, full())), full(), Backups.whole(full()));
    Backups.backup(
        pool,
        Backups.spec(NEXT, RestorePointType.INCREMENTAL, Optional.of(FULL), Map.of(DISK, next())),
        next(),
        changed());
  }

  /** Makes the dedup and the encrypted pool of 0.2; random, so kept and never made again. */
  static void makeDedupAndEncrypted(Path folder) {
    Clock clock = Clock.fixed(Instant.parse("2026-11-21T06:00:00Z"), ZoneOffset.UTC);
    Path dedup = folder.resolve("pool-0.2-dedup");
    PoolSettings settings = new PoolSettings(POOL_ID, "去重", CHUNK, PoolKind.DEDUP);
    try (Pool pool = FolderPool.create(dedup, settings, clock)) {
      backUpThree(pool);
    }
    Path encrypted = folder.resolve("pool-0.2-encrypted");
    settings = new PoolSettings(POOL_ID, "加密", CHUNK, PoolKind.DEDUP, true);
    try (PoolSecret secret = PoolSecret.recoveryKey(RECOVERY_KEY);
        Pool pool =
            FolderPool.createEncrypted(
                    new LocalFiles(encrypted), encrypted, settings, secret, clock)
                .pool()) {
      backUpThree(pool);
    }
  }

  private static void backUpThree(Pool pool) {
    backUpTwo(pool);
    SessionSpec zstd =
        new SessionSpec(
            TWIN,
            RestorePointType.FULL,
            Optional.empty(),
            Optional.of(FULL),
            List.of(new SessionDisk(DISK, twin().length)),
            Compression.zstd(3),
            ByteString.EMPTY);
    Backups.backup(pool, zstd, twin(), Backups.whole(twin()));
  }
}
