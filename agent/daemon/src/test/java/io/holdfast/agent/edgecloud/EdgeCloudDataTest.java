package io.holdfast.agent.edgecloud;

import static io.holdfast.agent.edgecloud.EdgeCloudBed.readBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What comes back is what was there, whatever the image is like, and what it cost to get it. All
 * backups are made by a Ceph client that may only read.
 */
@Tag("HIK-03")
@Tag("OPT-16")
class EdgeCloudDataTest {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final int CHUNK = 1 << 20;

  @TempDir private static Path folder;

  private static EdgeCloudBed bed;
  private static PoolAccess pool;
  private static String keyring;

  @BeforeAll
  static void start() throws IOException {
    bed = new EdgeCloudBed(folder);
    pool =
        PoolAccess.newBuilder()
            .setPoolId(UUID.randomUUID().toString())
            .setFolder(folder.resolve("usual-pool").toString())
            .build();
    bed.agent()
        .pools()
        .createPool(
            CreatePoolRequest.newBuilder()
                .setPool(pool)
                .setName("usual")
                .setChunkBytes(CHUNK)
                .build());
    keyring =
        bed.ceph
            .client("reader", "profile rbd-read-only", "profile rbd-read-only pool=rbd")
            .toString();
    bed.ceph.rbd("create", "--size", "32M", "system");
    bed.ceph.rbd(
        "bench",
        "--io-type",
        "write",
        "--io-pattern",
        "rand",
        "--io-size",
        "64K",
        "--io-total",
        "4M",
        "system");
    bed.ceph.rbd("snap", "create", "system@image");
    bed.ceph.rbd("snap", "protect", "system@image");
  }

  @AfterAll
  static void end() {
    if (bed != null) {
      bed.close();
    }
  }

  private static BackupRequest request(String vm, BackupType type, String base, boolean byMap) {
    PlatformAccess access = bed.cloud.access("reader", keyring);
    return bed.request(vm, type, base).toBuilder()
        .setPlatform(
            access.toBuilder()
                .setCephStorages(
                    0, access.getCephStorages(0).toBuilder().setSearchByObjectMap(byMap)))
        .setPool(pool)
        .setTransferBytes(4 * CHUNK)
        .build();
  }

  private static void restore(RestorePointSummary point) {
    bed.restores()
        .run(
            bed.restores()
                .request(point, RestoreMode.ORIGINAL_DISK)
                .setPlatform(bed.access())
                .setPool(pool)
                .setTransferBytes(4 * CHUNK)
                .setStartAfter(true)
                .build());
  }

  /** A plain one, a clone, one with layering only, one whose object map is invalid. */
  private static String everyKindOfImage() {
    String disk = EdgeCloudBed.disk(32 * MIB);
    String clone = "{\"sizeBytes\":" + 32 * MIB + ",\"parent\":\"system@image\"}";
    String vm = bed.shutOff(disk, clone, disk, disk);
    String layered = bed.images(vm).get(2);
    bed.ceph.rbd("feature", "disable", layered, "deep-flatten");
    bed.ceph.rbd("feature", "disable", layered, "fast-diff", "object-map", "exclusive-lock");
    assertTrue(bed.ceph.rbd("info", layered).contains("features: layering\n"));
    String invalid = bed.images(vm).get(3);
    bed.ceph.rbd("bench", "--io-type", "write", "--io-size", "1M", "--io-total", "4M", invalid);
    bed.ceph.rbd("feature", "disable", invalid, "fast-diff", "object-map");
    bed.ceph.rbd("feature", "enable", invalid, "object-map", "fast-diff");
    assertTrue(bed.ceph.rbd("info", invalid).contains("object map invalid"));
    bed.platform.start(vm);
    return vm;
  }

  /** Small writes anywhere, whole objects written and discarded, a few bytes at the end. */
  private static void guestWorks(String vm, Random random) {
    for (int disk = 0; disk < 4; disk++) {
      for (int i = 0; i < 12; i++) {
        long sector = random.nextInt(65_000);
        int sectors = 1 + random.nextInt(40);
        bed.cloud.writes(
            vm,
            disk,
            "write -P %d %d %d".formatted(1 + random.nextInt(255), 512 * sector, 512 * sectors));
      }
      bed.cloud.writes(vm, disk, "write -P 0x5a %dM 4M".formatted(4 * random.nextInt(8)));
      bed.cloud.writes(vm, disk, "discard %dM 4M".formatted(4 * random.nextInt(8)));
      bed.cloud.writes(vm, disk, "discard %dk 64k".formatted(64 * random.nextInt(500)));
      bed.cloud.writes(vm, disk, "write -P 0x5b %d 512".formatted(32 * MIB - 512));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyPointOfEveryKindOfImageComesBackAsItWas(boolean byMap) throws Exception {
    Random random = new Random(Seed.ofRun().value());
    String vm = everyKindOfImage();
    guestWorks(vm, random);
    RestorePointSummary full = bed.run(request(vm, BackupType.FULL, "", byMap));
    Map<String, String> ofFull = bed.digests(vm);
    guestWorks(vm, random);
    RestorePointSummary next =
        bed.run(request(vm, BackupType.INCREMENTAL, full.getRestorePointId(), byMap), full);
    Map<String, String> ofNext = bed.digests(vm);
    assertEquals(BackupType.INCREMENTAL, next.getType());
    assertNotEquals(ofFull, ofNext);

    bed.cloud.status(vm, "SHUTOFF");
    for (int grown = 0; grown < 4; grown++) {
      bed.cloud.lab(
          "POST", "/volumes/" + bed.key(vm, grown) + "/resize", "{\"sizeBytes\":" + 36 * MIB + "}");
    }
    bed.platform.start(vm);
    bed.cloud.writes(vm, 0, "write -P 0x6a 34M 4k");
    RestorePointSummary larger =
        bed.run(request(vm, BackupType.INCREMENTAL, next.getRestorePointId(), byMap), next);
    Map<String, String> ofLarger = bed.digests(vm);
    assertEquals(BackupType.FULL, larger.getType());
    guestWorks(vm, random);
    restore(larger);
    assertEquals(ofLarger, bed.digests(vm));

    restore(next);
    bed.platform.shutDown(vm, 30);
    for (int shrunk = 0; shrunk < 4; shrunk++) {
      bed.cloud.lab(
          "POST",
          "/volumes/" + bed.key(vm, shrunk) + "/resize",
          "{\"sizeBytes\":" + 32 * MIB + "}");
    }
    bed.platform.start(vm);
    assertEquals(ofNext, bed.digests(vm));
    restore(full);
    assertEquals(ofFull, bed.digests(vm));
  }

  @Test
  @Tag("HIK-01")
  void anIncrementReadsWhatRbdDiffCallsChanged() {
    Random random = new Random(Seed.ofRun().value());
    String vm = bed.running(EdgeCloudBed.disk(20 * GIB));
    String image = bed.images(vm).get(0);
    for (int i = 0; i < 16; i++) {
      bed.cloud.writes(vm, 0, "write -P 0x41 %dM 16M".formatted(1280 * i));
    }
    RestorePointSummary full = bed.run(request(vm, BackupType.FULL, "", false));
    assertEquals(256 * MIB, readBytes(full));
    // 1 %: whole objects anywhere, and small writes into objects that were there.
    for (int i = 0; i < 48; i++) {
      bed.cloud.writes(vm, 0, "write -P 0x42 %dM 4M".formatted(4 * random.nextInt(5120)));
    }
    for (int i = 0; i < 192; i++) {
      long within = 1280L * 1024 * random.nextInt(16) + 64 * random.nextInt(256);
      bed.cloud.writes(vm, 0, "write -P 0x43 %dk 64k".formatted(within));
    }
    RestorePointSummary next =
        bed.run(request(vm, BackupType.INCREMENTAL, full.getRestorePointId(), false), full);
    String[] snapshots =
        bed.ceph
            .rbd("snap", "ls", image)
            .lines()
            .skip(1)
            .map(line -> line.trim().split("\\s+")[1])
            .toArray(String[]::new);
    long changed = bed.ceph.differingBytes(image + "@" + snapshots[1], snapshots[0]);
    long read = readBytes(next);
    System.out.println("1 % of 20 GiB: read " + read + " bytes, rbd diff says " + changed);
    assertTrue(read >= changed, read + " of " + changed);
    assertTrue(read <= changed + changed / 10, read + " of " + changed);
    assertTrue(read <= 20 * GIB / 100, "read " + read);
  }

  @Test
  void anImageOfOneTebibyteThatIsNearlyEmptyTakesSecondsBothWays() throws Exception {
    String vm = bed.running(EdgeCloudBed.disk(1L << 40));
    for (int i = 0; i < 8; i++) {
      bed.cloud.writes(vm, 0, "write -P 0x41 %dG 1M".formatted(127 * i + 1));
    }
    Duration limit = Duration.ofSeconds(120);
    RestorePointSummary last = RestorePointSummary.getDefaultInstance();
    for (boolean byMap : new boolean[] {false, true}) {
      String told = "1 TiB" + (byMap ? " by object map" : "") + ": ";
      Instant begin = Instant.now();
      RestorePointSummary full = bed.run(request(vm, BackupType.FULL, "", byMap));
      requireWithin(limit, begin, told + "full");
      bed.cloud.writes(vm, 0, "write -P 0x42 700G 1M");
      begin = Instant.now();
      last = bed.run(request(vm, BackupType.INCREMENTAL, full.getRestorePointId(), byMap), full);
      requireWithin(limit, begin, told + "increment");
      assertEquals(BackupType.INCREMENTAL, last.getType());
    }
    String image = bed.images(vm).get(0);
    String before = bed.ceph.rbd("diff", image);
    bed.cloud.writes(vm, 0, "write -P 0x43 300G 1M");
    bed.cloud.writes(vm, 0, "write -P 0x44 700G 512k");
    Instant begin = Instant.now();
    restore(last);
    requireWithin(limit, begin, "1 TiB: restore");
    assertEquals(before, bed.ceph.rbd("diff", image));
  }

  private static void requireWithin(Duration limit, Instant begin, String what) {
    Duration took = Duration.between(begin, Instant.now());
    System.out.println(what + " " + took);
    assertTrue(took.compareTo(limit) < 0, what + " " + took);
  }
}
