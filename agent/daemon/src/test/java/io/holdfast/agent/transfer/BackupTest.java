package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final int MIB = 1 << 20;

  private final UUID poolId = UUID.randomUUID();
  private final CountingTransport transport = new CountingTransport();
  private final Seed seed = Seed.ofRun();
  private Path folder;
  private TestPlatform platform;
  private TestVm vm;
  private TestAgent agent;
  private BackupDriver driver;

  @BeforeEach
  void start(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("vm-\"虚拟机\" ../1");
    restart();
  }

  private void restart() {
    if (agent != null) {
      agent.close();
    }
    agent = new TestAgent(folder, platform, transport, poolId);
    driver = new BackupDriver(agent);
  }

  @AfterEach
  void stop() {
    agent.close();
    assertEquals(0, platform.openConnections(), "platform connections left open");
  }

  private TestDisk disk(String device, long sizeBytes, long salt) {
    TestDisk disk = vm.addDisk(folder, device, sizeBytes);
    DiskPattern.holed(sizeBytes, seed.with(salt)).writeTo(disk.file());
    return disk;
  }

  /** SHA-256 of every disk of the VM as it is now, by disk key. */
  private Map<String, String> digests() {
    Map<String, String> result = new HashMap<>();
    vm.disks().forEach((key, disk) -> result.put(key, DiskDigest.of(disk.file())));
    return result;
  }

  /** The same from the pool; the agent must not have the pool open meanwhile. */
  private Map<String, String> stored(RestorePointSummary point) throws Exception {
    Map<String, String> result = new HashMap<>();
    try (Pool pool = new FolderMedium(Clock.systemUTC()).open(folder.resolve("pool"), poolId);
        RestorePointReader reader = pool.restorePoint(UUID.fromString(point.getRestorePointId()))) {
      for (RestorePointDisk disk : point.getDisksList()) {
        result.put(disk.getDisk().getDiskKey(), digest(reader.disk(disk.getDisk().getDiskKey())));
      }
    }
    return result;
  }

  private static String digest(DiskReader disk) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long at = 0; at < disk.sizeBytes(); at += MIB) {
      ByteBuffer step = ByteBuffer.allocate((int) Math.min(MIB, disk.sizeBytes() - at));
      disk.read(at, step);
      digest.update(step.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  @Test
  @Tag("CAS-01")
  @Tag("OPT-06")
  @Tag("OPT-16")
  void aFullOfThreeDisksInFourStreamsReadsAllocatedAreasOnlyAndIsTheStateAtTheSnapshot()
      throws Exception {
    TestDisk first = disk("vda", 24 * MIB, 1);
    disk("vdb", 5 * MIB + 512, 2);
    vm.addDisk(folder, "vdc", 3 * MIB);
    Map<String, String> before = digests();
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();

    BackupBegun begun = agent.backups().beginBackup(request);
    first.write(0, new byte[] {1, 2, 3});
    long planned = begun.getStreamsList().stream().mapToLong(StreamPlan::getReadBytes).sum();
    driver.transferAll(request, begun);
    RestorePointSummary point = driver.seal(request);
    assertEquals(point, driver.seal(request));
    driver.release(request, false, List.of());

    assertEquals(BackupType.FULL, point.getType());
    assertEquals(planned, transport.readBytes());
    assertTrue(planned < 3 * MIB, "read " + planned);
    assertTrue(point.getTrackingReady());
    assertEquals(3, point.getDisksCount());
    assertEquals(before, stored(point));
    assertTrue(vm.snapshots().isEmpty());
    assertNoPasswordIn(folder.resolve("pool"));
  }

  @Test
  @Tag("OPT-06")
  void streamsAreContiguousPartsOfAboutEqualBytes() {
    TestDisk disk = vm.addDisk(folder, "vda", 40 * MIB);
    DiskPattern.full(40 * MIB, seed).writeTo(disk.file());

    BackupBegun begun =
        agent.backups().beginBackup(driver.request(vm.id(), BackupType.FULL, "").build());

    assertEquals(4, begun.getStreamsCount());
    for (StreamPlan stream : begun.getStreamsList()) {
      assertEquals(10.0 * MIB, stream.getReadBytes(), 4 * TestAgent.CHUNK_BYTES);
    }
  }

  @Test
  @Tag("CAS-02")
  @Tag("CAS-01")
  void incrementalsReadWhatChangedSinceTheirBaseAndNothingElse() throws Exception {
    TestDisk disk = disk("vda", 24 * MIB + 512, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    disk.write(3 * MIB + 100, new byte[] {1, 2, 3});
    disk.write(24L * MIB + 511, new byte[] {9});
    transport.reset();

    BackupRequest.Builder request =
        driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId());
    RestorePointSummary first = driver.run(request.build());
    assertEquals(BackupType.INCREMENTAL, first.getType());
    assertEquals((64 << 10) + 512, transport.readBytes());
    assertEquals(digests(), stored(first));

    disk.write(12 * MIB, new byte[2 * MIB]);
    RestorePointSummary second =
        driver.run(
            driver.request(vm.id(), BackupType.INCREMENTAL, first.getRestorePointId()).build());
    assertEquals(digests(), stored(second));
    assertFalse(digests().equals(stored(first)), "an earlier point stays as it was");
    assertEquals(1, disk.marks().size(), "marks nobody needs are dropped");
  }

  @Test
  @Tag("CAS-02")
  void marksOfOtherServersAndPeopleStayAndThoseOfAnAbandonedSessionGo() throws Exception {
    TestDisk disk = disk("vda", 2 * MIB, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    List<String> foreign = List.of("holdfast-" + UUID.randomUUID(), "before-update", "holdfast-x");
    try (PlatformConnection other = platform.connect(TestPlatform.access())) {
      for (String snapshot : foreign) {
        other.createSnapshot(vm.id(), snapshot, SnapshotType.SNAPSHOT_ADAPTIVE);
        other.removeSnapshot(vm.id(), snapshot);
      }
    }
    assertEquals(4, disk.marks().size());

    BackupRequest abandoned =
        driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId()).build();
    agent.backups().beginBackup(abandoned);
    assertEquals(5, disk.marks().size());
    driver.release(abandoned, true, List.of(full.getRestorePointId()));
    assertEquals(4, disk.marks().size(), "the abandoned one's mark goes, the base's stays");

    RestorePointSummary next =
        driver.run(
            driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId()).build());
    assertEquals(BackupType.INCREMENTAL, next.getType());
    Set<String> expected = new HashSet<>();
    foreign.forEach(name -> expected.add("mark-" + name + "-vda"));
    expected.add(next.getDisks(0).getTrackingMark());
    assertEquals(expected, disk.marks());
  }

  @Test
  @Tag("CAS-01")
  void aDifferentialHoldsEverythingSinceTheFull() throws Exception {
    TestDisk disk = disk("vda", 8 * MIB, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    String base = full.getRestorePointId();
    for (int i = 1; i <= 2; i++) {
      disk.write(i * MIB, new byte[] {1});
      transport.reset();
      BackupRequest request = driver.request(vm.id(), BackupType.DIFFERENTIAL, base).build();
      driver.transferAll(request, agent.backups().beginBackup(request));
      RestorePointSummary point = driver.seal(request);
      driver.release(request, false, List.of(base));

      assertEquals(BackupType.DIFFERENTIAL, point.getType());
      assertEquals(i * (64 << 10), transport.readBytes());
      assertEquals(digests(), stored(point));
    }
  }

  @Test
  @Tag("CAS-04")
  void anIncrementalThatWouldNotBeCompleteTurnsFullAndSaysWhy() throws Exception {
    disk("vda", 4 * MIB, 1);
    Map<String, Runnable> changes = new HashMap<>();
    changes.put("FULL_VM_MIGRATED", () -> vm.host("2", "10.0.0.2"));
    changes.put("FULL_HOST_CHANGED", () -> vm.host("3", "10.0.0.2"));
    changes.put("FULL_TRACKING_LOST", vm::powerCycle);
    changes.put("FULL_DISK_ADDED", () -> disk("vdb", MIB, 2));
    changes.put("FULL_DISK_RESIZED", () -> vm.disk("vda").resize(5 * MIB));
    changes.put(
        "FULL_DISK_REPLACED",
        () -> {
          vm.disks().remove(vm.disk("vdb").description().getDiskKey());
          disk("vdb", MIB, 3);
        });
    List<String> order =
        List.of(
            "FULL_VM_MIGRATED",
            "FULL_HOST_CHANGED",
            "FULL_TRACKING_LOST",
            "FULL_DISK_ADDED",
            "FULL_DISK_RESIZED",
            "FULL_DISK_REPLACED");
    String base =
        driver.run(driver.request(vm.id(), BackupType.FULL, "").build()).getRestorePointId();
    for (String reason : order) {
      changes.get(reason).run();
      BackupRequest request = driver.request(vm.id(), BackupType.INCREMENTAL, base).build();
      assertTrue(
          codes(agent.backups().planBackup(request).getNoticesList()).contains(reason), reason);
      BackupBegun begun = agent.backups().beginBackup(request);
      assertEquals(BackupType.FULL, begun.getEffectiveType(), reason);
      assertTrue(codes(begun.getNoticesList()).contains(reason), reason);
      driver.transferAll(request, begun);
      RestorePointSummary point = driver.seal(request);
      driver.release(request, false, List.of());
      assertTrue(point.getTrackingReady(), "the next one can be incremental after " + reason);
      assertEquals(digests(), stored(point), reason);
      base = point.getRestorePointId();
    }
    BackupRequest none = driver.request(vm.id(), BackupType.INCREMENTAL, "").build();
    assertTrue(codes(agent.backups().planBackup(none).getNoticesList()).contains("FULL_NO_BASE"));
    BackupRequest gone =
        driver.request(vm.id(), BackupType.INCREMENTAL, UUID.randomUUID().toString()).build();
    assertTrue(
        codes(agent.backups().planBackup(gone).getNoticesList()).contains("FULL_BASE_UNREADABLE"));
  }

  @Test
  @Tag("CAS-04")
  void trackingThatIsLostOnlyWhenAskedForChangesTurnsFullWithAFreshMark() throws Exception {
    disk("vda", 4 * MIB, 1);
    String base =
        driver.run(driver.request(vm.id(), BackupType.FULL, "").build()).getRestorePointId();
    platform.failNext(
        "changedAreas",
        BackupException.of(ErrorCode.CHANGED_AREAS_INVALID, "disk", "vda", "cause", "overlap"));
    BackupRequest request = driver.request(vm.id(), BackupType.INCREMENTAL, base).build();

    RestorePointSummary point = driver.run(request);

    assertEquals(BackupType.FULL, point.getType());
    assertTrue(point.getTrackingReady());
    assertEquals(digests(), stored(point));
  }

  @Test
  @Tag("OPT-16")
  void withoutValidDataTheWholeDiskIsReadAndSaid() throws Exception {
    disk("vda", 4 * MIB + 512, 1);
    platform.validDataUnknown();
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();

    BackupBegun begun = agent.backups().beginBackup(request);
    driver.transferAll(request, begun);

    assertTrue(codes(begun.getNoticesList()).contains("WHOLE_DISK_READ"));
    assertEquals(4 * MIB + 512, transport.readBytes());
    assertEquals(digests(), stored(sealedAndReleased(request)));
  }

  private RestorePointSummary sealedAndReleased(BackupRequest request) {
    RestorePointSummary point = driver.seal(request);
    driver.release(request, false, List.of());
    return point;
  }

  @Test
  @Tag("JOB-09")
  void afterARestartTheSessionGoesOnFromWhatIsDurable() throws Exception {
    TestDisk disk = vm.addDisk(folder, "vda", 16 * MIB);
    DiskPattern.full(16 * MIB, seed).writeTo(disk.file());
    Map<String, String> before = digests();
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    BackupBegun begun = agent.backups().beginBackup(request);
    for (StreamPlan stream : begun.getStreamsList()) {
      driver.transfer(request, stream, stream.getExtentCount() / 2);
    }
    restart();
    disk.write(0, new byte[] {5});

    assertEquals(
        ErrorCode.SESSION_NOT_OPEN,
        errorOf(() -> driver.plan(request, begun.getStreams(0), 0)).code());
    BackupBegun again = agent.backups().beginBackup(request);
    List<ExtentReceipt> receipts = driver.transferAll(request, again);
    RestorePointSummary point = sealedAndReleased(request);

    assertTrue(again.getResumed());
    assertEquals(begun.getStreamsList(), again.getStreamsList());
    assertTrue(receipts.stream().anyMatch(ExtentReceipt::getReplayed));
    assertTrue(
        receipts.stream()
            .filter(ExtentReceipt::getReplayed)
            .allMatch(receipt -> receipt.getReadBytes() == 0));
    assertEquals(16 * MIB, transport.readBytes(), "nothing is read twice");
    assertEquals(before, stored(point));
  }

  @Test
  @Tag("JOB-09")
  void aSealedSessionAnswersTheSameAfterARestart() {
    disk("vda", 2 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    RestorePointSummary point = driver.seal(request);
    restart();

    BackupBegun again = agent.backups().beginBackup(request);

    assertTrue(again.getResumed());
    assertEquals(0, again.getStreamsCount());
    assertEquals(point, sealedAndReleased(request));
  }

  @Test
  @Tag("CAS-05")
  void aLostSnapshotEndsTheSessionAndAbandoningLeavesNothing() throws Exception {
    disk("vda", 4 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    restart();
    vm.snapshots().clear();

    BackupException lost = errorOf(() -> agent.backups().beginBackup(request));
    assertEquals(ErrorCode.SNAPSHOT_LOST, lost.code());
    assertTrue(driver.release(request, true, List.of()).getSnapshotRemoved());
    assertTrue(driver.release(request, true, List.of()).getSnapshotRemoved());
    try (Pool pool = new FolderMedium(Clock.systemUTC()).open(folder.resolve("pool"), poolId)) {
      assertEquals(List.of(), pool.sessions());
    }
  }

  @Test
  @Tag("CAS-05")
  void aPoolThatIsNotMountedWhenABackupIsGivenUpIsCleanedWhenItIsBack() throws Exception {
    disk("vda", MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    restart();
    Path pool = folder.resolve("pool");
    Path elsewhere = folder.resolve("not-mounted");
    agent.close();
    Files.move(pool, elsewhere);
    agent = TestAgent.withoutPool(folder, platform, transport, poolId);
    driver = new BackupDriver(agent);

    ReleaseBackupResponse answer = driver.release(request, true, List.of());
    assertTrue(answer.getSnapshotRemoved());
    assertEquals(List.of("POOL_SESSION_LEFT"), codes(answer.getNoticesList()));

    agent.close();
    Files.move(elsewhere, pool);
    restart();
    agent.pools().describePool(DescribePoolRequest.newBuilder().setPool(agent.pool()).build());
    agent.close();
    try (Pool back = new FolderMedium(Clock.systemUTC()).open(pool, poolId)) {
      assertEquals(List.of(), back.sessions());
    }
    restart();
  }

  @Test
  @Tag("CAS-05")
  void whatFailsAfterTheSnapshotRemovesItAndKeepsCodeAndParameters() {
    disk("vda", 4 * MIB, 1);
    platform.failNext(
        "allocatedAreas",
        BackupException.of(ErrorCode.PLATFORM_ERROR, "address", "cvm", "cause", "503"));

    BackupException failure =
        errorOf(
            () ->
                agent.backups().beginBackup(driver.request(vm.id(), BackupType.FULL, "").build()));

    assertEquals(ErrorCode.PLATFORM_ERROR, failure.code());
    assertEquals("503", failure.parameters().get("cause"));
    assertTrue(vm.snapshots().isEmpty());
  }

  @Test
  @Tag("CAS-05")
  void leftoversOfDeadSessionsAreRemovedAndThoseOfLiveOnesStay() {
    disk("vda", MIB, 1);
    BackupRequest open = driver.request(vm.id(), BackupType.FULL, "").build();
    agent.backups().beginBackup(open);
    String live = UUID.randomUUID().toString();
    vm.snapshots().add("holdfast-" + live);
    String dead = UUID.randomUUID().toString();
    vm.snapshots().add("holdfast-" + dead);
    String ofAnotherServer = "holdfast-" + UUID.randomUUID();
    vm.snapshots().add(ofAnotherServer);
    vm.snapshots().add("by-hand");

    List<Notice> removed =
        agent
            .backups()
            .removeLeftovers(
                RemoveLeftoversRequest.newBuilder()
                    .setPlatform(TestPlatform.access())
                    .addLiveSessionIds(live)
                    .addEndedSessionIds(dead)
                    .addEndedSessionIds(open.getSessionId())
                    .build())
            .getRemovedList();

    assertEquals(List.of("LEFTOVER_SNAPSHOT_REMOVED"), codes(removed));
    assertEquals(4, vm.snapshots().size());
    assertTrue(vm.snapshots().contains(ofAnotherServer), "a running backup's, for all we know");
  }

  @Test
  @Tag("CAS-02")
  void trackingIsSaidToBeOnOnlyWhereTheSnapshotHasAMark() {
    disk("vda", MIB, 1);
    vm.shutOff();
    BackupRequest off = driver.request(vm.id(), BackupType.FULL, "").build();
    assertFalse(
        codes(agent.backups().beginBackup(off).getNoticesList()).contains("TRACKING_ENABLED"));
    driver.release(off, true, List.of());

    TestVm other = platform.addVm("other");
    other.addDisk(folder, "vda", MIB);
    BackupRequest on = driver.request(other.id(), BackupType.FULL, "").build();
    assertTrue(
        codes(agent.backups().beginBackup(on).getNoticesList()).contains("TRACKING_ENABLED"));
  }

  @Test
  @Tag("CAS-05")
  void aSnapshotThatCannotBeRemovedIsSaid() {
    disk("vda", MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    driver.seal(request);
    platform.failNext(
        "removeSnapshot",
        BackupException.of(ErrorCode.PLATFORM_TASK_FAILED, "vm", "x", "cause", "disk busy"));

    assertEquals(
        List.of("SNAPSHOT_REMOVAL_FAILED"),
        codes(driver.release(request, false, List.of()).getNoticesList()));
    assertTrue(driver.release(request, false, List.of()).getSnapshotRemoved());
  }

  @Test
  @Tag("JOB-09")
  void aLostDiskConnectionIsMendedAndTheBackupIsWhole() throws Exception {
    disk("vda", 8 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    BackupBegun begun = agent.backups().beginBackup(request);
    transport.failReads(3);
    driver.transferAll(request, begun);

    assertEquals(digests(), stored(sealedAndReleased(request)));
  }

  @Test
  @Tag("CAS-10")
  void aStorageThatCannotReadEndsAtOnceAndNamesVmDiskAndOffset() throws Exception {
    disk("vda", 8 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    BackupBegun begun = agent.backups().beginBackup(request);
    transport.failReads(
        1000,
        BackupException.of(
            ErrorCode.DISK_MEDIUM_READ_ERROR,
            "disk",
            "x at y",
            "offset",
            4096,
            "length",
            512,
            "cause",
            "EIO"));

    BackupException failed =
        errorOf(
            () -> {
              driver.transferAll(request, begun);
              return null;
            });

    assertEquals(ErrorCode.DISK_MEDIUM_READ_ERROR, failed.code());
    assertEquals("vda (" + vm.name() + ")", failed.parameters().get("disk"));
    assertEquals("4096", failed.parameters().get("offset"));
    assertTrue(transport.failuresLeft() > 950, "tried again: " + transport.failuresLeft());
    transport.failReads(0);
    driver.release(request, true, List.of());
  }

  @Test
  @Tag("CAS-12")
  void anotherMachineUnderTheSameIdIsRefused() {
    disk("vda", MIB, 1);
    BackupRequest request =
        driver
            .request(vm.id(), BackupType.FULL, "")
            .setExpectedVmUuid(UUID.randomUUID().toString())
            .build();

    assertEquals(ErrorCode.VM_REPLACED, errorOf(() -> agent.backups().beginBackup(request)).code());
    assertEquals(ErrorCode.VM_REPLACED, errorOf(() -> agent.backups().planBackup(request)).code());
  }

  @Test
  @Tag("OPT-06")
  void sealingTooEarlyNamesWhatIsMissing() {
    disk("vda", 4 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    agent.backups().beginBackup(request);

    BackupException missing = errorOf(() -> driver.seal(request));

    assertEquals(ErrorCode.SESSION_INCOMPLETE, missing.code());
    assertEquals("0", missing.parameters().get("ordinal"));
  }

  @Test
  @Tag("POOL-01")
  void damageInThePoolIsReportedNotThrown() throws Exception {
    disk("vda", 4 * MIB, 1);
    driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    assertEquals(List.of(), verified().getDamageList());
    try (Stream<Path> files = Files.walk(folder.resolve("pool/packs"))) {
      Path pack = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(pack);
      bytes[bytes.length / 2] ^= 1;
      Files.write(pack, bytes);
    }

    assertFalse(verified().getDamageList().isEmpty());
  }

  private VerifyProgress verified() {
    List<VerifyProgress> all = new ArrayList<>();
    Iterator<VerifyProgress> answers =
        agent.pools().verifyPool(VerifyPoolRequest.newBuilder().setPool(agent.pool()).build());
    answers.forEachRemaining(all::add);
    return all.get(all.size() - 1);
  }

  private static void assertNoPasswordIn(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("pass-word"), file.toString());
      }
    }
  }
}
