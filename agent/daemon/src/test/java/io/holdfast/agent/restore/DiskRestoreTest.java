package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskDigest;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Restores of single disks: in place, as new ones, into chosen volumes (CAS-17). */
class DiskRestoreTest extends RestoreFixture {
  @Test
  @Tag("CAS-17")
  void aDiskGoesBackIntoItsPlaceOrIsCreatedAndAttached() throws Exception {
    TestDisk disk = disk("vda", 3 * MIB, 1);
    disk("vdb", 2 * MIB, 2);
    String before = DiskDigest.of(disk.file());
    RestorePointSummary point = backup();
    RestoreRequest.Builder one =
        driver
            .request(point, RestoreMode.ORIGINAL_DISK)
            .clearDisks()
            .addDisks(RestoreDisk.newBuilder().setDiskKey(disk.description().getDiskKey()));
    disk.write(0, new byte[MIB]);
    driver.run(one.build());
    assertEquals(before, DiskDigest.of(disk.file()));

    vm.disks().remove(disk.description().getDiskKey());
    RestoreRequest again = one.setSessionId(UUID.randomUUID().toString()).build();
    RestoreTarget target = agent.restores().createTarget(again);
    assertTrue(codes(target.getNoticesList()).contains("RESTORE_DISK_CREATED"));
    driver.run(again);
    assertEquals(before, DiskDigest.of(vm.disk("vda").file()));
  }

  @Test
  @Tag("CAS-17")
  void aResizedDiskIsNotOverwritten() {
    TestDisk disk = disk("vda", 3 * MIB, 1);
    RestorePointSummary point = backup();
    disk.resize(4 * MIB);

    BackupException refused =
        errorOf(
            () ->
                agent
                    .restores()
                    .createTarget(driver.request(point, RestoreMode.ORIGINAL_DISK).build()));

    assertEquals(ErrorCode.TARGET_DISK_MISMATCH, refused.code());
    assertTrue(vm.running(), "refused before anything was done");
  }

  @Test
  @Tag("CAS-17")
  void anAbandonedNewDiskIsRemovedAndItsVmRunsAgain() throws Exception {
    disk("vda", 3 * MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request =
        driver.request(point, RestoreMode.NEW_DISK).setTargetVmId(vm.id()).build();
    agent.restores().createTarget(request);
    assertEquals(2, vm.disks().size());
    restart();

    List<Notice> notices = driver.release(request, true).getNoticesList();

    assertEquals(List.of("RESTORE_TARGET_REMOVED", "RESTORE_VM_STARTED_AGAIN"), codes(notices));
    assertEquals(1, vm.disks().size());
    assertTrue(vm.running());
    assertTrue(noSessionFiles());
    assertEquals(List.of(), driver.release(request, true).getNoticesList());
  }

  @Test
  @Tag("CAS-17")
  void aVolumeThatTheVmHasAlreadyIsNeitherWrittenNorDeleted() throws Exception {
    TestDisk disk = disk("vda", 3 * MIB, 1);
    String before = DiskDigest.of(disk.file());
    RestorePointSummary point = backup();
    RestoreRequest request =
        driver
            .request(point, RestoreMode.NEW_DISK)
            .setTargetVmId(vm.id())
            .clearDisks()
            .addDisks(
                RestoreDisk.newBuilder()
                    .setDiskKey(disk.description().getDiskKey())
                    .setVolumeName(disk.file().getFileName().toString()))
            .build();

    assertEquals(
        ErrorCode.ALREADY_EXISTS, errorOf(() -> agent.restores().createTarget(request)).code());
    driver.release(request, true);

    assertEquals(before, DiskDigest.of(disk.file()));
    assertEquals(1, vm.disks().size());
    assertTrue(vm.running());
  }

  private RestoreRequest intoAVolumeOf(long bytes, RestorePointSummary point) {
    platform.volumeBytes(bytes);
    return driver
        .request(point, RestoreMode.NEW_DISK)
        .setTargetVmId(vm.id())
        .clearDisks()
        .addDisks(
            RestoreDisk.newBuilder()
                .setDiskKey(vm.disk("vda").description().getDiskKey())
                .setStoragePool(TestPlatform.SAN)
                .setVolumeName("lun-7"))
        .build();
  }

  @Test
  @Tag("CAS-17")
  void aChosenVolumeMayBeLargerThanTheBackup() throws Exception {
    TestDisk disk = disk("vda", 3 * MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request = intoAVolumeOf(4 * MIB, point);

    RestoreOutcome outcome = driver.run(request);

    Path volume = folder.resolve("lun-7");
    assertEquals(4 * MIB, Files.size(volume));
    assertEquals(
        -1,
        ByteBuffer.wrap(Files.readAllBytes(volume), 0, 3 * MIB)
            .mismatch(ByteBuffer.wrap(Files.readAllBytes(disk.file()))));
    assertTrue(codes(outcome.getDifferencesList()).contains("RESTORE_DIFFERENCE"));
  }

  @Test
  @Tag("CAS-17")
  void aChosenVolumeThatDoesNotFitOrIsGivenUpIsDetachedAndNeverDeleted() throws Exception {
    disk("vda", 3 * MIB, 1);
    RestorePointSummary point = backup();
    for (long bytes : new long[] {2 * MIB, 4 * MIB}) {
      RestoreRequest request = intoAVolumeOf(bytes, point);
      RestoreTarget target = agent.restores().createTarget(request);
      assertEquals(2, vm.disks().size());
      if (bytes < 3 * MIB) {
        BackupException small =
            errorOf(
                () -> {
                  target.getStreamsList().forEach(stream -> driver.transfer(request, stream, 0, 1));
                  return null;
                });
        assertEquals(ErrorCode.TARGET_DISK_MISMATCH, small.code());
      }

      driver.release(request, true);

      assertEquals(1, vm.disks().size(), "detached");
      assertTrue(Files.exists(folder.resolve("lun-7")), "the volume is not ours");
      assertTrue(vm.running());
    }
  }

  @Test
  @Tag("RST-02")
  void aNewVolumeThatDoesNotReadAsZeroIsNoticed() throws Exception {
    disk("vda", 24 * MIB, 1);
    vm.addDisk(folder, "vdb", 4 * MIB);
    RestorePointSummary point = backup();
    for (String device : List.of("vda", "vdb")) {
      RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
      RestoreTarget target = agent.restores().createTarget(request);
      for (RestoreStreamPlan stream : target.getStreamsList()) {
        driver.transfer(request, stream, 0, Long.MAX_VALUE);
      }
      assertTrue(driver.verify(request) > 0);
      fillZerosWith((byte) 7, platform.named("restored").orElseThrow().disk(device).file());

      BackupException foreign = errorOf(() -> driver.verify(request));

      assertEquals(ErrorCode.RESTORED_DATA_MISMATCH, foreign.code());
      assertEquals(device, foreign.parameters().get("disk"));
      driver.release(request, true);
    }
  }

  /** What a volume that held something before looks like: all but the data is foreign. */
  private static void fillZerosWith(byte foreign, Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    byte[] empty = new byte[TestAgent.CHUNK_BYTES];
    for (int at = 0; at < bytes.length; at += empty.length) {
      int end = Math.min(bytes.length, at + empty.length);
      if (Arrays.equals(bytes, at, end, empty, 0, end - at)) {
        Arrays.fill(bytes, at, end, foreign);
      }
    }
    Files.write(file, bytes);
  }
}
