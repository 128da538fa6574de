package io.holdfast.source.rbd;

import static io.holdfast.toolkit.DiskSourceContract.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.CephStorage.Search;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.RbdImage;
import io.holdfast.toolkit.Seed;
import io.holdfast.toolkit.SeededBytes;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images in use, clients without rights, daemons that are gone: on a real cluster. */
@Tag("HIK-03")
class RbdFaultTest {
  private final RbdStorage storage = new RbdStorage();

  private static DiskSource source(RbdImage image) {
    return new RbdDiskTransport().openForReading(RbdBed.endpoint(image));
  }

  /** However a test ended, the next one finds the cluster whole. */
  private static void startAll() {
    RbdBed.ceph().control("start-mon");
    RbdBed.ceph().control("start-osd");
  }

  private static ErrorCode codeOf(Runnable call) {
    return assertThrows(BackupException.class, call::run).code();
  }

  @Test
  @Tag("HIK-04")
  void anImageThatSomebodyHasOpenIsNotWrittenButRead() throws Exception {
    for (String feature : new String[] {"layering", "exclusive-lock"}) {
      String image = RbdBed.create(8 << 20, feature);
      try (DiskTarget first = RbdBed.target(image)) {
        RbdBed.write(first, 0, 4096);
        BackupException refusal = assertThrows(BackupException.class, () -> RbdBed.target(image));
        assertEquals(ErrorCode.RBD_IMAGE_IN_USE, refusal.code());
        assertTrue(refusal.parameters().get("watchers").contains("127.0.0.1"), refusal.toString());
        assertEquals(1, storage.image(RbdBed.ceph().image(image, "")).watchers().size());
        try (DiskSource source = source(RbdBed.ceph().image(image, ""))) {
          source.read(0, ByteBuffer.allocate(4096)).get(30, TimeUnit.SECONDS);
        }
        // The first goes on undisturbed.
        RbdBed.write(first, 4096, 4096);
      }
      RbdBed.target(image).close();
    }
  }

  @Test
  @Tag("HIK-04")
  void anImageThatSomebodyLockedByHandIsNotWritten() {
    String image = RbdBed.create(8 << 20, "layering");
    RbdBed.ceph().rbd("lock", "add", image, "maintenance");
    assertEquals(ErrorCode.RBD_IMAGE_IN_USE, codeOf(() -> RbdBed.target(image)));
  }

  @Test
  @Tag("RES-03")
  void whatIsMissingIsNamed(@TempDir Path folder) throws Exception {
    CephAccess admin = RbdBed.ceph().admin();
    String image = RbdBed.create(8 << 20);
    assertEquals(
        ErrorCode.CEPH_POOL_MISSING,
        codeOf(() -> source(new RbdImage(admin, "no-pool", image, ""))));
    assertEquals(
        ErrorCode.RBD_IMAGE_MISSING,
        codeOf(() -> source(RbdBed.ceph().image("no-image", "no-snapshot"))));
    assertEquals(
        ErrorCode.RBD_SNAPSHOT_MISSING,
        codeOf(() -> source(RbdBed.ceph().image(image, "no-snapshot"))));
    RbdBed.snapshot(image, "one");
    assertEquals(
        ErrorCode.RBD_SNAPSHOT_MISSING,
        codeOf(
            () ->
                storage.changedAreas(
                    RbdBed.ceph().image(image, "one"), "gone", Search.BY_OBJECT_MAP)));
    assertEquals(
        ErrorCode.INVALID_VALUE,
        codeOf(
            () ->
                new RbdDiskTransport()
                    .openForWriting(RbdBed.endpoint(RbdBed.ceph().image(image, "one")))));
    assertEquals(
        ErrorCode.CEPH_CONFIGURATION_UNREADABLE,
        codeOf(() -> storage.cluster(CephAccess.of("admin", folder.resolve("none.conf")))));
    Path chinese = folder.resolve("chinese.conf");
    Files.writeString(chinese, "# 集群\n" + Files.readString(admin.configuration()));
    assertEquals(
        ErrorCode.CEPH_CONFIGURATION_UNREADABLE,
        codeOf(() -> storage.cluster(CephAccess.of("admin", chinese))),
        "the library would end the process");
    assertEquals(
        ErrorCode.CEPH_LOGIN_REFUSED,
        codeOf(
            () ->
                storage.cluster(
                    RbdBed.ceph().access("nobody", Optional.empty(), Duration.ofSeconds(10)))));
    assertTrue(storage.cluster(admin).pools().contains("rbd"));
    assertEquals(36, storage.cluster(admin).fsid().length());
  }

  @Test
  void aReadOnlyClientReadsAndComparesAndCannotWrite() throws Exception {
    Path keyring = RbdBed.ceph().client("reader", "profile rbd-read-only", "profile rbd-read-only");
    CephAccess reader =
        RbdBed.ceph().access("reader", Optional.of(keyring), Duration.ofSeconds(20));
    String image = RbdBed.create(16 << 20);
    RbdBed.write(image, 0, 1 << 20);
    RbdBed.snapshot(image, "one");
    RbdBed.write(image, 8 << 20, 4096);
    RbdBed.snapshot(image, "two");
    RbdImage two = new RbdImage(reader, "rbd", image, "two");
    assertEquals(4096, storage.changedAreas(two, "one", Search.BY_OBJECT_MAP).map().dataBytes());
    try (DiskSource source = source(two)) {
      source.read(0, ByteBuffer.allocate(1 << 20)).get(30, TimeUnit.SECONDS);
    }
    assertEquals(
        ErrorCode.CEPH_LOGIN_REFUSED,
        codeOf(() -> new RbdDiskTransport().openForWriting(RbdBed.endpoint(two.at("")))));
  }

  @Test
  void anImageThatShrankUnderAWriterIsToldFromOneThatFails() throws Exception {
    String image = RbdBed.create(8 << 20, "layering");
    try (DiskSource source = source(RbdBed.ceph().image(image, ""))) {
      RbdBed.ceph()
          .rbd("resize", "--no-progress", "--allow-shrink", "--size", (4 << 20) + "B", image);
      // A reader without a watch does not hear of it; whoever opens anew sees it.
      source.read(0, ByteBuffer.allocate(4096)).get(30, TimeUnit.SECONDS);
    }
    try (DiskTarget target = RbdBed.target(image)) {
      assertEquals(4 << 20, target.sizeBytes());
      RbdBed.ceph()
          .rbd("resize", "--no-progress", "--allow-shrink", "--size", (2 << 20) + "B", image);
      // librbd itself says that all is well.
      target.write(3 << 20, ByteBuffer.allocate(4096)).get(30, TimeUnit.SECONDS);
      assertEquals(ErrorCode.DISK_SIZE_CHANGED, failureOf(target.flush()).code());
    }
  }

  @Test
  void aRestartedOsdIsWaitedForAndALostClusterIsGivenUp() throws Exception {
    String image = RbdBed.create(64 << 20);
    RbdBed.write(image, 0, 8 << 20);
    RbdBed.snapshot(image, "one");
    CephAccess patient = RbdBed.ceph().access("admin", Optional.empty(), Duration.ofSeconds(60));
    CephAccess hasty = RbdBed.ceph().access("admin", Optional.empty(), Duration.ofSeconds(5));
    try (DiskSource waits = source(new RbdImage(patient, "rbd", image, "one"));
        DiskSource gives = source(new RbdImage(hasty, "rbd", image, "one"))) {
      RbdBed.ceph().control("kill-osd");
      CompletableFuture<Void> waiting = waits.read(0, ByteBuffer.allocateDirect(1 << 20));
      BackupException lost = failureOf(gives.read(0, ByteBuffer.allocateDirect(1 << 20)));
      assertEquals(ErrorCode.DISK_READ_FAILED, lost.code());
      assertEquals(ErrorKind.TRANSIENT, lost.code().kind());
      assertTrue(lost.getMessage().contains("rbd_aio_read"), lost.getMessage());
      assertFalse(waiting.isDone());
      RbdBed.ceph().control("start-osd");
      waiting.get(50, TimeUnit.SECONDS);

      RbdBed.ceph().control("kill-mon");
      try {
        // Data needs no monitor.
        waits.read(0, ByteBuffer.allocateDirect(1 << 20)).get(30, TimeUnit.SECONDS);
        long begun = System.nanoTime();
        assertEquals(
            ErrorCode.CEPH_UNREACHABLE,
            codeOf(() -> source(new RbdImage(hasty, "rbd", image, "one"))));
        assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(20));
      } finally {
        RbdBed.ceph().control("start-mon");
      }
    } finally {
      startAll();
    }
    assertEquals(0, RbdRequests.hanging());
  }

  @Test
  void writesGoOnAfterTheOsdAndTheMonitorWereAway(@TempDir Path folder) throws Exception {
    int pieces = 24;
    String image = RbdBed.create((long) pieces << 20);
    SeededBytes bytes = new SeededBytes(Seed.ofRun().with(99));
    CephAccess patient = RbdBed.ceph().access("admin", Optional.empty(), Duration.ofSeconds(80));
    try (DiskTarget target =
        new RbdDiskTransport()
            .openForWriting(RbdBed.endpoint(new RbdImage(patient, "rbd", image, "")))) {
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (int i = 0; i < pieces; i++) {
        if (i == 4) {
          RbdBed.ceph().control("kill-osd");
          RbdBed.ceph().control("kill-mon");
        }
        writes.add(
            target.write((long) i << 20, ByteBuffer.wrap(bytes.bytes((long) i << 20, 1 << 20))));
      }
      startAll();
      for (CompletableFuture<Void> write : writes) {
        write.get(90, TimeUnit.SECONDS);
      }
      target.flush().get(90, TimeUnit.SECONDS);
    } finally {
      startAll();
    }
    Path raw = folder.resolve("raw");
    RbdBed.ceph().rbd("export", "--no-progress", image, raw.toString());
    assertArrayEquals(bytes.bytes(0, pieces << 20), Files.readAllBytes(raw));
  }

  @Test
  void closingWithRequestsInFlightEndsThemAll() throws Exception {
    String image = RbdBed.create(256 << 20);
    for (int round = 0; round < 5; round++) {
      DiskSource source = source(RbdBed.ceph().image(image, ""));
      CompletableFuture<?>[] reads = new CompletableFuture<?>[100];
      for (int i = 0; i < reads.length; i++) {
        reads[i] = source.read((long) i << 20, ByteBuffer.allocateDirect(1 << 20));
      }
      source.close();
      for (CompletableFuture<?> read : reads) {
        assertTrue(read.isDone());
      }
    }
    assertEquals(0, RbdRequests.hanging());
  }
}
