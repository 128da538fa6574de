package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskPattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups that are cut off, refused or damaged. */
class BackupInterruptionTest extends BackupFixture {
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
}
