package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Restores of whole VMs. */
class RestoreTest extends RestoreFixture {
  @Test
  @Tag("CAS-14")
  @Tag("RST-06")
  void aNewVmHasTheSameBytesAndZerosAreNotWritten() throws Exception {
    String first = DiskDigest.of(disk("vda", 24 * MIB, 1).file());
    String second = DiskDigest.of(disk("vdb", 5 * MIB + 512, 2).file());
    vm.addDisk(folder, "vdc", 3 * MIB);
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).setStartAfter(true).build();
    RestorePlan plan = agent.restores().planRestore(request);
    assertEquals(3, plan.getDisksCount());
    assertEquals(1, platform.vmCount(), "planning makes nothing");

    RestoreOutcome outcome = driver.run(request);

    TestVm restored = platform.named("restored").orElseThrow();
    assertEquals(first, DiskDigest.of(restored.disk("vda").file()));
    assertEquals(second, DiskDigest.of(restored.disk("vdb").file()));
    assertTrue(transport.writtenBytes() < 2 * MIB, "written " + transport.writtenBytes());
    assertEquals(0, transport.zeroedBytes());
    assertTrue(outcome.getStarted() && restored.running());
    assertTrue(codes(outcome.getDifferencesList()).contains("RESTORE_FIRMWARE_CHANGED"));
    assertTrue(codes(outcome.getDifferencesList()).contains("RESTORE_MAC_CHANGED"));
    assertTrue(noSessionFiles());
  }

  @Test
  @Tag("JOB-09")
  void afterARestartARestoreGoesOnIntoTheSameTarget() throws Exception {
    TestDisk disk = vm.addDisk(folder, "vda", 8 * MIB);
    DiskPattern.full(8 * MIB, seed).writeTo(disk.file());
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
    RestoreTarget begun = agent.restores().createTarget(request);
    for (RestoreStreamPlan stream : begun.getStreamsList()) {
      driver.transfer(request, stream, 0, stream.getExtentCount() / 2);
    }
    restart();

    assertEquals(ErrorCode.SESSION_NOT_OPEN, errorOf(() -> driver.verify(request)).code());
    RestoreTarget again = agent.restores().createTarget(request);
    assertTrue(again.getResumed());
    assertEquals(begun.getStreamsList(), again.getStreamsList());
    assertEquals(begun.getVmId(), again.getVmId());
    for (RestoreStreamPlan stream : again.getStreamsList()) {
      driver.transfer(request, stream, stream.getExtentCount() / 2, Long.MAX_VALUE);
    }
    assertEquals(8 * MIB, driver.verify(request));
    driver.finish(request);
    driver.finish(request);
    driver.release(request, false);
    assertEquals(
        DiskDigest.of(disk.file()),
        DiskDigest.of(platform.named("restored").orElseThrow().disk("vda").file()));
    assertEquals(8 * MIB, transport.writtenBytes(), "nothing is written twice");
  }

  @Test
  @Tag("CAS-13")
  @Tag("RST-06")
  void theOriginalVmIsOverwrittenInPlaceZerosIncludedAndOtherDisksGoAtTheEnd() throws Exception {
    TestDisk disk = disk("vda", 12 * MIB + 512, 1);
    String before = DiskDigest.of(disk.file());
    RestorePointSummary point = backup();
    DiskPattern.full(12 * MIB + 512, seed.with(9)).writeTo(disk.file());
    vm.addDisk(folder, "vdb", MIB);
    RestoreRequest request =
        driver
            .request(point, RestoreMode.ORIGINAL_VM)
            .setDeleteOtherDisks(true)
            .setStartAfter(true)
            .build();
    RestoreTarget target = agent.restores().createTarget(request);
    assertFalse(vm.running());
    for (RestoreStreamPlan stream : target.getStreamsList()) {
      driver.transfer(request, stream, 0, Long.MAX_VALUE);
    }
    assertEquals(12 * MIB + 512, driver.verify(request));
    assertEquals(2, vm.disks().size(), "nothing is deleted before the data is there");
    RestoreOutcome outcome = driver.finish(request);
    driver.release(request, false);

    assertEquals(vm.id(), outcome.getVmId());
    assertEquals(before, DiskDigest.of(disk.file()));
    assertTrue(transport.zeroedBytes() > 8 * MIB);
    assertEquals(1, vm.disks().size());
    assertTrue(vm.running());
  }

  @Test
  @Tag("CAS-13")
  void aVmThatIsGoneIsCreatedAnewAndOneWithoutPolicyTemplateRefused() throws Exception {
    String before = DiskDigest.of(disk("vda", 2 * MIB, 1).file());
    RestorePointSummary point = backup();
    vm.profile("");
    RestorePointSummary bare = backup();

    assertEquals(
        ErrorCode.NETWORK_PROFILE_MISSING,
        errorOf(
                () ->
                    agent
                        .restores()
                        .planRestore(driver.request(bare, RestoreMode.ORIGINAL_VM).build()))
            .code());
    platform.removeVm(vm.id());
    driver.run(driver.request(point, RestoreMode.ORIGINAL_VM).build());

    TestVm made = platform.named(VM_NAME).orElseThrow();
    assertNotEquals(vm.id(), made.id());
    assertEquals(before, DiskDigest.of(made.disk("vda").file()));
  }

  @Test
  @Tag("CAS-13")
  void aVmNothingWasWrittenToRunsAgainAndOneWrittenInPartIsSaid() {
    disk("vda", 2 * MIB, 1);
    TestDisk second = disk("vdb", MIB, 2);
    RestorePointSummary point = backup();
    vm.disks().remove(second.description().getDiskKey());
    platform.failNext("createDisk", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "full"));
    RestoreRequest first = driver.request(point, RestoreMode.ORIGINAL_VM).build();

    assertEquals(
        ErrorCode.PLATFORM_ERROR, errorOf(() -> agent.restores().createTarget(first)).code());
    assertEquals(
        List.of("RESTORE_VM_STARTED_AGAIN"), codes(driver.release(first, true).getNoticesList()));
    assertTrue(vm.running(), "as it was before");

    RestoreRequest again = driver.request(point, RestoreMode.ORIGINAL_VM).build();
    agent.restores().createTarget(again);
    assertEquals(
        List.of("RESTORE_TARGET_REMOVED", "RESTORE_TARGET_PARTIAL"),
        codes(driver.release(again, true).getNoticesList()));
    assertFalse(vm.running());
  }

  @Test
  @Tag("RST-02")
  void damageInPoolOrTargetFailsTheDiskAndNamesThePlace() throws Exception {
    TestDisk disk = disk("vda", 4 * MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
    RestoreTarget target = agent.restores().createTarget(request);
    for (RestoreStreamPlan stream : target.getStreamsList()) {
      driver.transfer(request, stream, 0, Long.MAX_VALUE);
    }
    TestVm restored = platform.named("restored").orElseThrow();
    try (RandomAccessFile raw = new RandomAccessFile(restored.disk("vda").file().toFile(), "rw")) {
      raw.seek(2 * MIB + 5);
      raw.write(~Files.readAllBytes(disk.file())[2 * MIB + 5]);
    }

    BackupException different = errorOf(() -> driver.verify(request));
    assertEquals(ErrorCode.RESTORED_DATA_MISMATCH, different.code());
    assertEquals(Integer.toString(2 * MIB + 5), different.parameters().get("offset"));
    driver.release(request, true);

    damagePacks();
    restart();
    RestoreRequest second = driver.request(point, RestoreMode.NEW_VM).setNewVmName("other").build();
    RestoreTarget again = agent.restores().createTarget(second);
    BackupException corrupt =
        errorOf(
            () -> {
              again
                  .getStreamsList()
                  .forEach(stream -> driver.transfer(second, stream, 0, Long.MAX_VALUE));
              return null;
            });
    assertTrue(
        List.of(ErrorCode.CHUNK_CORRUPT, ErrorCode.FORMAT_CORRUPT).contains(corrupt.code()),
        corrupt.getMessage());
    driver.release(second, true);
  }

  @Test
  @Tag("CAS-10")
  void aStorageThatCannotWriteEndsTheRestoreAtOnceAndNamesTheDisk() {
    disk("vda", 4 * MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
    RestoreTarget target = agent.restores().createTarget(request);
    transport.failWrites(
        1000,
        BackupException.of(
            ErrorCode.DISK_MEDIUM_WRITE_ERROR,
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
              target
                  .getStreamsList()
                  .forEach(stream -> driver.transfer(request, stream, 0, Long.MAX_VALUE));
              return null;
            });

    assertEquals(ErrorCode.DISK_MEDIUM_WRITE_ERROR, failed.code());
    assertEquals("vda (restored)", failed.parameters().get("disk"));
    driver.release(request, true);
  }

  private void damagePacks() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("pool/packs"))) {
      for (Path pack : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(pack);
        for (int i = 200; i < bytes.length - 1000; i += 1000) {
          bytes[i] ^= 1;
        }
        Files.write(pack, bytes);
      }
    }
  }
}
