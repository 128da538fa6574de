package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.model.ByteRange;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolFlavor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random writes, fulls, increments, differentials, crashes and resumes against byte arrays: every
 * sealed restore point has to come back byte-equal at any time.
 */
@Tag("POOL-01")
@Tag("POOL-02")
@Tag("CAS-01")
@Tag("CAS-04")
@Tag("JOB-09")
class PoolModelTest {
  private static final int CHUNK = 1 << 16;
  private static final int STEPS = Integer.getInteger("holdfast.model.steps", 40);
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(3, 0xf00L);
  private static final String DISK = "vda";

  private MemoryFiles files = new MemoryFiles();
  private PoolFlavor flavor = PoolFlavor.STANDARD;
  private final Map<UUID, byte[]> sealed = new LinkedHashMap<>();
  private Random random = new Random(0);
  private byte[] disk = new byte[0];

  /** Changes since a restore point, as a platform would tell them. */
  private final Map<UUID, List<ByteRange>> changes = new LinkedHashMap<>();

  private Optional<UUID> lastFull = Optional.empty();
  private Optional<UUID> last = Optional.empty();

  @ParameterizedTest
  @CsvSource({
    "1,STANDARD",
    "2,STANDARD",
    "3,DEDUP",
    "4,DEDUP",
    "5,DEDUP",
    "6,ENCRYPTED",
    "7,ENCRYPTED"
  })
  void sealedPointsAlwaysComeBack(long seed, PoolFlavor chosen) {
    flavor = chosen;
    random = new Random(seed);
    disk = DiskImages.mixed(random, 12 * CHUNK + random.nextInt(2 * CHUNK));
    Pool pool = flavor.create(files, FOLDER, POOL_ID, CHUNK);
    for (int step = 0; step < STEPS; step++) {
      writeToDisk();
      pool = backup(pool, new UUID(seed, step));
      if (step % 8 == 7) {
        checkAll(pool);
      }
    }
    checkAll(pool);
    assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    assertEquals(List.of(), pool.sessions());
    pool.close();
    assertEquals(0, files.openFiles());
  }

  private void writeToDisk() {
    for (int i = random.nextInt(4); i >= 0; i--) {
      int offset = random.nextInt(disk.length);
      int length = 1 + random.nextInt(Math.min(disk.length - offset, 2 * CHUNK));
      DiskImages.write(random, disk, offset, length);
      changes.values().forEach(ranges -> ranges.add(new ByteRange(offset, length)));
    }
  }

  private Pool backup(Pool opened, UUID id) {
    int kind = random.nextInt(5);
    Optional<UUID> base = kind == 0 ? Optional.empty() : kind == 1 ? lastFull : last;
    RestorePointType type =
        base.isEmpty()
            ? RestorePointType.FULL
            : kind == 1 ? RestorePointType.DIFFERENTIAL : RestorePointType.INCREMENTAL;
    List<ByteRange> ranges = base.map(this::changedSince).orElse(Backups.whole(disk));
    SessionSpec spec = Backups.spec(id, type, base, Map.of(DISK, disk));
    Pool pool = opened;
    BackupSession session = pool.beginSession(spec);
    List<PlanItem> items = Backups.plan(disk.length, CHUNK, ranges);
    session.storePlan(
        DISK, base.isPresent() ? Gap.BASE : Gap.ZERO, Backups.split(items, 1 + random.nextInt(3)));
    if (random.nextInt(3) == 0) {
      transferSome(session);
      pool = crash(pool);
      session = pool.reopenSession(id).orElseThrow();
    }
    if (random.nextInt(8) == 0) {
      session.abandon();
      return pool;
    }
    Backups.transfer(session, DISK, disk);
    session.seal(Backups.seal());
    remember(id, type);
    return pool;
  }

  private List<ByteRange> changedSince(UUID base) {
    TreeMap<Long, Long> joined = new TreeMap<>();
    for (ByteRange range : changes.get(base).stream().sorted().toList()) {
      Map.Entry<Long, Long> before = joined.lastEntry();
      if (before != null && before.getValue() >= range.offset()) {
        joined.put(before.getKey(), Math.max(before.getValue(), range.end()));
      } else {
        joined.put(range.offset(), range.end());
      }
    }
    List<ByteRange> result = new ArrayList<>();
    joined.forEach((from, to) -> result.add(new ByteRange(from, to - from)));
    return result;
  }

  private void transferSome(BackupSession session) {
    for (StreamPlanSummary stream : session.plan(DISK).orElseThrow()) {
      StreamWriter writer = session.stream(DISK, stream.stream());
      for (long ordinal = 0; ordinal < stream.extentCount(); ordinal++) {
        if (random.nextBoolean()) {
          Backups.transfer(writer, ordinal, disk);
        }
        if (random.nextInt(3) == 0) {
          writer.sync();
        }
      }
    }
  }

  private Pool crash(Pool pool) {
    MemoryFiles after = random.nextBoolean() ? files.afterKill() : files.afterPowerLoss(random);
    pool.close();
    files = after;
    return flavor.open(files, FOLDER, POOL_ID);
  }

  private void remember(UUID id, RestorePointType type) {
    sealed.put(id, disk.clone());
    changes.put(id, new ArrayList<>());
    last = Optional.of(id);
    if (type == RestorePointType.FULL) {
      lastFull = Optional.of(id);
    }
  }

  private void checkAll(Pool pool) {
    assertEquals(sealed.size(), pool.manifests().size());
    sealed.forEach((id, expected) -> assertArrayEquals(expected, Backups.restore(pool, id, DISK)));
  }
}
