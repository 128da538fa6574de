package io.holdfast.pool.format;

import io.holdfast.model.ByteRange;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.store.RestorePointType;
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

  public static void main(String[] args) {
    Clock clock = Clock.fixed(Instant.parse("2026-11-21T01:00:00Z"), ZoneOffset.UTC);
    PoolSettings settings = new PoolSettings(POOL_ID, "金 golden", CHUNK);
    try (Pool pool = FolderPool.create(Path.of(args[0]), settings, clock)) {
      Backups.backup(pool, Backups.full(FULL, Map.of(DISK, full())), full(), Backups.whole(full()));
      Backups.backup(
          pool,
          Backups.spec(NEXT, RestorePointType.INCREMENTAL, Optional.of(FULL), Map.of(DISK, next())),
          next(),
          changed());
    }
  }
}
