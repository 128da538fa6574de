package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running VM that is shut down for a restore runs again when the restore is given up. */
@Tag("CAS-17")
class ShutdownTest {
  private static final BackupException REFUSED =
      BackupException.of(ErrorCode.SHUTDOWN_REFUSED, "vm", "web", "seconds", 10);

  private final UUID poolId = UUID.randomUUID();
  private final CountingTransport transport = new CountingTransport();
  private Path folder;
  private TestPlatform platform;
  private TestVm vm;
  private TestAgent agent;
  private RestoreDriver driver;
  private RestorePointSummary point;

  @BeforeEach
  void start(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("web");
    vm.addDisk(temp, "vda", 1 << 20);
    restartAfter(Duration.ZERO);
    BackupDriver backups = new BackupDriver(agent);
    point = backups.run(backups.request(vm.id(), BackupType.FULL, "").build());
  }

  private void restartAfter(Duration time) {
    if (agent != null) {
      agent.close();
    }
    agent =
        new TestAgent(folder, platform, transport, poolId, Clock.offset(Clock.systemUTC(), time));
    driver = new RestoreDriver(agent);
  }

  @AfterEach
  void stop() {
    agent.close();
    assertEquals(0, platform.openConnections(), "platform connections left open");
  }

  private RestoreRequest refused(RestoreRequest request) {
    platform.failNext("shutDown", REFUSED);
    assertEquals(
        ErrorCode.SHUTDOWN_REFUSED, errorOf(() -> agent.restores().createTarget(request)).code());
    return request;
  }

  private static List<String> codes(ReleaseRestoreResponse response) {
    return response.getNoticesList().stream().map(Notice::getCode).toList();
  }

  private void isWatched(RestoreRequest request) {
    ReleaseRestoreResponse answer = driver.release(request, true);
    assertTrue(answer.getPending());
    assertEquals(List.of("RESTORE_SHUTDOWN_WATCHED"), codes(answer));
  }

  private void isStartedAgain(RestoreRequest request) {
    ReleaseRestoreResponse answer = driver.release(request, true);
    assertFalse(answer.getPending());
    assertEquals(List.of("RESTORE_VM_STARTED_AGAIN"), codes(answer));
    assertTrue(vm.running());
    assertEquals(List.of(), codes(driver.release(request, true)), "nothing is left");
  }

  @Test
  void aGuestThatGoesOffAfterTheRefusalIsStartedAgain() {
    RestoreRequest request = refused(driver.request(point, RestoreMode.ORIGINAL_VM).build());
    isWatched(request);
    isWatched(request);

    vm.shutOff();

    isStartedAgain(request);
  }

  @Test
  @Tag("JOB-09")
  void itIsStartedAgainAlsoByAnAgentThatWasRestarted() {
    RestoreRequest request = refused(driver.request(point, RestoreMode.ORIGINAL_DISK).build());
    restartAfter(Duration.ZERO);
    isWatched(request);
    vm.shutOff();
    restartAfter(Duration.ofDays(1));

    isStartedAgain(request);
  }

  @Test
  void theWatchEndsAfterAWhile() {
    RestoreRequest request = refused(driver.request(point, RestoreMode.ORIGINAL_VM).build());
    isWatched(request);
    restartAfter(VmShutdowns.WATCH.plusMinutes(1));

    ReleaseRestoreResponse answer = driver.release(request, true);

    assertFalse(answer.getPending());
    assertEquals(List.of(), codes(answer));
    vm.shutOff();
    driver.release(request, true);
    assertFalse(vm.running(), "somebody else shut it down");
  }

  @Test
  @Tag("CAS-16")
  void aVmThatWasToBeReplacedIsWatchedAndStartedToo() {
    vm = platform.addVm("restored");
    RestoreRequest request = refused(replacing().build());
    isWatched(request);
    vm.shutOff();
    isStartedAgain(request);

    platform.failNext("deleteVm", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "locked"));
    RestoreRequest next = replacing().build();
    assertEquals(
        ErrorCode.PLATFORM_ERROR, errorOf(() -> agent.restores().createTarget(next)).code());
    assertFalse(vm.running(), "shut down before it is deleted");

    isStartedAgain(next);
  }

  private RestoreRequest.Builder replacing() {
    return driver.request(point, RestoreMode.NEW_VM).setOverwrite(true).setOverwriteVmId(vm.id());
  }

  @Test
  void aVmThatIsOffWhenTheRestoreBeginsStaysOff() {
    vm.shutOff();
    platform.failNext("shutDown", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "x"));
    RestoreRequest request = driver.request(point, RestoreMode.ORIGINAL_VM).build();
    errorOf(() -> agent.restores().createTarget(request));

    assertEquals(List.of(), codes(driver.release(request, true)));

    assertFalse(vm.running());
  }

  @Test
  @Tag("CAS-13")
  void aLaterRestoreTakesTheVmOverAndNobodyStartsItUnderItsWrites() {
    RestoreRequest first = refused(driver.request(point, RestoreMode.ORIGINAL_VM).build());
    isWatched(first);
    vm.shutOff();
    RestoreRequest second =
        driver.request(point, RestoreMode.NEW_DISK).setTargetVmId(vm.id()).build();
    agent.restores().createTarget(second);

    assertEquals(List.of(), codes(driver.release(first, true)));
    assertFalse(vm.running(), "the second restore writes");

    driver.release(second, true);
    assertTrue(vm.running(), "it ran before the first");
  }

  @Test
  void aVmThatCannotBeStartedIsSaidAndTriedAgainAndNobodyIsToldToRemoveIt() {
    platform.failNext("createDisk", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "full"));
    RestoreRequest request =
        driver.request(point, RestoreMode.NEW_DISK).setTargetVmId(vm.id()).build();
    errorOf(() -> agent.restores().createTarget(request));
    platform.failNext("start", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "memory"));

    ReleaseRestoreResponse answer = driver.release(request, true);

    assertTrue(answer.getPending());
    assertEquals(List.of("RESTORE_VM_NOT_STARTED"), codes(answer));
    isStartedAgain(request);
  }
}
