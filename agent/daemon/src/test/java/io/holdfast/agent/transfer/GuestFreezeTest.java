package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.GuestFreeze;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm.GuestAnswer;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guests that are frozen for their snapshot, and that none stays frozen. */
@Tag("CAS-05")
class GuestFreezeTest extends BackupFixture {
  @BeforeEach
  void withDisk() {
    disk("vda", MIB, 1);
  }

  private BackupRequest request(GuestFreeze freeze) {
    return driver
        .request(vm.id(), BackupType.FULL, "")
        .setGuestFreeze(freeze)
        .setFreezeSeconds(1)
        .build();
  }

  private static Optional<Map<String, String>> notice(BackupBegun begun, String code) {
    return begun.getNoticesList().stream()
        .filter(notice -> notice.getCode().equals(code))
        .map(Notice::getParametersMap)
        .findFirst();
  }

  private Path files() {
    return folder.resolve("state").resolve("guest-freezes");
  }

  private void assertNothingIsRemembered() throws Exception {
    if (Files.isDirectory(files())) {
      try (var left = Files.list(files())) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  @Test
  void aGuestThatAnswersIsFrozenForItsSnapshotAndTheRunSaysForHowLong() throws Exception {
    vm.guest("running", GuestAnswer.FREEZES);
    BackupBegun begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_ADAPTIVE));

    assertEquals(List.of("frozen", "thawed"), vm.freezes());
    assertTrue(Long.parseLong(notice(begun, "GUEST_FROZEN").orElseThrow().get("millis")) < 60_000);
    assertNothingIsRemembered();
  }

  @Test
  void whereNobodyAnswersTheRunSaysCrashConsistentAndRequiredFails() throws Exception {
    BackupBegun begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_ADAPTIVE));
    assertEquals("FREEZE_UNANSWERED", notice(begun, "GUEST_NOT_FROZEN").orElseThrow().get("type"));
    vm.snapshots().clear();

    BackupException refused =
        errorOf(() -> agent.backups().beginBackup(request(GuestFreeze.FREEZE_REQUIRED)));
    assertEquals(ErrorCode.GUEST_NOT_FREEZABLE, refused.code());
    assertTrue(vm.snapshots().isEmpty(), "nothing is left");
    assertNothingIsRemembered();
  }

  @Test
  void withoutToolsNothingIsTriedAndRequiredIsRefusedBeforeTheSnapshot() {
    vm.guest("stopped", GuestAnswer.FREEZES);
    assertEquals(
        ErrorCode.GUEST_NOT_FREEZABLE,
        errorOf(() -> agent.backups().planBackup(request(GuestFreeze.FREEZE_REQUIRED))).code());
    BackupBegun begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_ADAPTIVE));
    assertEquals(
        "FREEZE_TOOLS_STOPPED", notice(begun, "GUEST_NOT_FROZEN").orElseThrow().get("type"));
    assertEquals(List.of(), vm.freezes());
  }

  @Test
  void switchedOffOrWithTheVmOffNobodyIsFrozenAndNothingIsSaid() {
    vm.guest("running", GuestAnswer.FREEZES);
    BackupBegun begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_OFF));
    assertTrue(notice(begun, "GUEST_NOT_FROZEN").isEmpty());
    vm.snapshots().clear();
    vm.shutOff();
    begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_REQUIRED));
    assertTrue(notice(begun, "GUEST_NOT_FROZEN").isEmpty());
    assertEquals(List.of(), vm.freezes());
  }

  @Test
  void aGuestThatStaysFrozenIsThawedByTheWatchdogAndBackedUpCrashConsistent() throws Exception {
    vm.guest("running", GuestAnswer.STAYS_FROZEN);
    BackupBegun begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_ADAPTIVE));

    assertTrue(vm.freezes().contains("thawed"));
    assertEquals("1", notice(begun, "GUEST_THAWED").orElseThrow().get("seconds"));
    assertEquals("FREEZE_REFUSED", notice(begun, "GUEST_NOT_FROZEN").orElseThrow().get("type"));
    assertEquals(1, vm.snapshots().size());
    assertNothingIsRemembered();
  }

  @Test
  void whatIsUnknownWhenTheAgentDiesIsEndedByTheServersNextCall() throws Exception {
    vm.guest("running", GuestAnswer.FREEZES);
    BackupException timeout =
        BackupException.of(
            ErrorCode.PLATFORM_TASK_TIMEOUT, "operation", "snapshot", "seconds", 1, "cause", "");
    BackupRequest first = request(GuestFreeze.FREEZE_ADAPTIVE);
    platform.failNext("freeze", timeout);
    assertEquals(
        ErrorCode.PLATFORM_TASK_TIMEOUT, errorOf(() -> agent.backups().beginBackup(first)).code());
    assertEquals(List.of("frozen"), vm.freezes());
    restart();
    driver.release(first, true, List.of());
    assertEquals(List.of("frozen", "thawed"), vm.freezes(), "by the release");

    BackupRequest second = request(GuestFreeze.FREEZE_ADAPTIVE);
    platform.failNext("freeze", timeout);
    errorOf(() -> agent.backups().beginBackup(second));
    restart();
    agent
        .backups()
        .removeLeftovers(
            RemoveLeftoversRequest.newBuilder().setPlatform(TestPlatform.access()).build());
    assertEquals(List.of("frozen", "thawed", "frozen", "thawed"), vm.freezes(), "by the sweep");
    assertNothingIsRemembered();
  }

  @Test
  void aSnapshotOfACutOffAttemptIsTakenAnewSoThatItIsKnownToBeConsistent() {
    vm.guest("running", GuestAnswer.FREEZES);
    BackupRequest request = request(GuestFreeze.FREEZE_REQUIRED);
    try (PlatformConnection other = platform.connect(TestPlatform.access())) {
      other.createSnapshot(
          vm.id(), "holdfast-" + request.getSessionId(), SnapshotType.SNAPSHOT_EXTERNAL);
    }

    BackupBegun begun = agent.backups().beginBackup(request);
    assertFalse(notice(begun, "GUEST_FROZEN").isEmpty());
  }

  @Test
  @Tag("CAS-24")
  void aVmLeftPausedByThePlatformIsResumedAndIfThatFailsItIsSaid() {
    vm.pauseForSnapshots();
    BackupRequest request = request(GuestFreeze.FREEZE_OFF);
    BackupBegun begun = agent.backups().beginBackup(request);
    assertFalse(vm.paused());
    assertTrue(notice(begun, "BACKUP_VM_RESUMED").isPresent());
    driver.release(request, true, List.of());

    platform.failNext(
        "resume",
        BackupException.of(ErrorCode.PLATFORM_ERROR, "address", "cvm", "cause", "HTTP 500"));
    begun = agent.backups().beginBackup(request(GuestFreeze.FREEZE_OFF));
    assertTrue(notice(begun, "BACKUP_VM_LEFT_PAUSED").isPresent());
  }
}
