package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreTest {
  private static final int MIB = 1 << 20;

  private final UUID poolId = UUID.randomUUID();
  private final CountingTransport transport = new CountingTransport();
  private final Seed seed = Seed.ofRun();
  private Path folder;
  private TestPlatform platform;
  private TestVm vm;
  private TestAgent agent;
  private RestoreDriver driver;

  @BeforeEach
  void start(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("web 'ü' ../01");
    restart();
  }

  private void restart() {
    if (agent != null) {
      agent.close();
    }
    agent = new TestAgent(folder, platform, transport, poolId);
    driver = new RestoreDriver(agent);
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

  private RestorePointSummary backup() {
    BackupDriver backups = new BackupDriver(agent);
    return backups.run(backups.request(vm.id(), BackupType.FULL, "").build());
  }

  private static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  private boolean noSessionFiles() throws Exception {
    Path files = folder.resolve("state/restore");
    if (!Files.exists(files)) {
      return true;
    }
    try (Stream<Path> left = Files.list(files)) {
      return left.findAny().isEmpty();
    }
  }

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

    TestVm made = platform.named("web 'ü' ../01").orElseThrow();
    assertNotEquals(vm.id(), made.id());
    assertEquals(before, DiskDigest.of(made.disk("vda").file()));
  }

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
  @Tag("CAS-14")
  void whatALostReplyLeftIsFoundAndUndone() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
    platform.failNext(
        "createVm-lost-reply",
        BackupException.of(ErrorCode.PLATFORM_TASK_TIMEOUT, "operation", "create"));

    assertEquals(
        ErrorCode.PLATFORM_TASK_TIMEOUT,
        errorOf(() -> agent.restores().createTarget(request)).code());
    assertEquals(2, platform.vmCount());
    platform.failNext("deleteVm", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "locked"));
    assertEquals(
        List.of("RESTORE_TARGET_KEPT"), codes(driver.release(request, true).getNoticesList()));
    assertEquals(
        List.of("RESTORE_TARGET_REMOVED"), codes(driver.release(request, true).getNoticesList()));
    assertEquals(1, platform.vmCount());
  }

  @Test
  @Tag("CAS-14")
  void aTakenNameIsRefusedUnlessItMayBeOverwritten() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm other = platform.addVm("restored");
    TestDisk kept = other.addDisk(folder, "vda", MIB);
    RestoreRequest.Builder request = driver.request(point, RestoreMode.NEW_VM);

    assertEquals(
        ErrorCode.VM_NAME_TAKEN,
        errorOf(() -> agent.restores().planRestore(request.build())).code());
    assertEquals(
        other.id(),
        agent.restores().planRestore(request.setOverwrite(true).build()).getTargetVmId());
    driver.run(request.setOverwriteVmId(other.id()).build());

    assertFalse(platform.find(other.id()).isPresent());
    assertTrue(Files.exists(kept.file()), "the volumes of the VM that went stay");
  }

  @Test
  @Tag("CAS-16")
  void onlyTheVmThatWasConfirmedIsReplacedNotOneThatTookItsNameSince() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm confirmed = platform.addVm("restored");
    RestoreRequest.Builder asked = driver.request(point, RestoreMode.NEW_VM).setOverwrite(true);
    String id = agent.restores().planRestore(asked.build()).getTargetVmId();
    assertEquals(confirmed.id(), id);
    platform.removeVm(confirmed.id());
    TestVm stranger = platform.addVm("restored");

    for (String known : List.of(id, "")) {
      RestoreRequest request = asked.setOverwriteVmId(known).build();
      BackupException refused = errorOf(() -> agent.restores().createTarget(request));
      assertEquals(ErrorCode.TARGET_VM_CHANGED, refused.code());
      assertEquals(stranger.id(), refused.parameters().get("actual"));
      assertEquals(List.of(), driver.release(request, true).getNoticesList());
      assertTrue(platform.find(stranger.id()).isPresent());
      assertTrue(stranger.running(), "not even shut down");
    }

    driver.run(asked.setOverwriteVmId(stranger.id()).build());
    assertFalse(platform.find(stranger.id()).isPresent());
  }

  @Test
  @Tag("CAS-16")
  void whoseVmWasReplacedIsToldSoAlsoWhenTheNewOneCouldNotBeMade() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm existing = platform.addVm("restored");
    TestDisk kept = existing.addDisk(folder, "vda", MIB);
    RestoreRequest request =
        driver
            .request(point, RestoreMode.NEW_VM)
            .setOverwrite(true)
            .setOverwriteVmId(existing.id())
            .build();
    platform.failNext("createVm", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "full"));

    assertEquals(
        ErrorCode.PLATFORM_ERROR, errorOf(() -> agent.restores().createTarget(request)).code());

    assertEquals(
        List.of("RESTORE_VM_REPLACED"), codes(driver.release(request, true).getNoticesList()));
    assertTrue(Files.exists(kept.file()), "the volumes of the VM that went stay");
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
