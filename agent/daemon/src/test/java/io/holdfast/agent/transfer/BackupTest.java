package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.toolkit.DiskPattern;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a backup of each type reads and stores. */
class BackupTest extends BackupFixture {
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
    // 385 chunks, of which two changed: one of a hundred of the others is looked at, so four.
    assertEquals((64 << 10) + 512 + 4 * TestAgent.CHUNK_BYTES, transport.readBytes());
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
  @Tag("CAS-01")
  void aBackupIsYoungerThanItsBaseWhateverThePlatformsClockSays() throws Exception {
    disk("vda", 2 * MIB, 1);
    Instant at = Instant.parse("2026-11-21T10:00:00Z");
    platform.clockAt(at);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    RestorePointSummary sameSecond =
        driver.run(
            driver.request(vm.id(), BackupType.INCREMENTAL, full.getRestorePointId()).build());
    platform.clockAt(at.minusSeconds(3600));
    RestorePointSummary setBack =
        driver.run(
            driver
                .request(vm.id(), BackupType.INCREMENTAL, sameSecond.getRestorePointId())
                .build());
    assertEquals(at.toEpochMilli(), full.getCreatedEpochMillis());
    assertEquals(at.toEpochMilli() + 1, sameSecond.getCreatedEpochMillis());
    assertEquals(at.toEpochMilli() + 2, setBack.getCreatedEpochMillis());
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
      assertEquals(
          i * (64 << 10) + 2 * TestAgent.CHUNK_BYTES, transport.readBytes(), "two samples");
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
  @Tag("HIK-01")
  void aVmThatMovedGoesOnWithIncrementsWhereItsTrackingSurvivesThat() throws Exception {
    disk("vda", 4 * MIB, 1);
    platform.keepsTrackingOfMovedVms();
    String base =
        driver.run(driver.request(vm.id(), BackupType.FULL, "").build()).getRestorePointId();
    vm.host("2", "10.0.0.2");
    BackupRequest request = driver.request(vm.id(), BackupType.INCREMENTAL, base).build();
    assertEquals(BackupType.INCREMENTAL, agent.backups().planBackup(request).getEffectiveType());
    assertEquals(digests(), stored(driver.run(request)));
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
}
