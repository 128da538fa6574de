package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.protocol.SpeedLimit;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.agent.protocol.TransferLimits;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Speed limits of real sessions; their arithmetic is tested with the limiter. */
class SpeedLimitTest {
  private static final int MIB = 1 << 20;

  private TestVm vm;
  private TestAgent agent;
  private BackupDriver backups;

  @BeforeEach
  void start(@TempDir Path folder) {
    TestPlatform platform = new TestPlatform(folder);
    vm = platform.addVm("vm");
    Path file = vm.addDisk(folder, "vda", 4 * MIB).file();
    DiskPattern.holed(4 * MIB, Seed.ofRun()).writeTo(file);
    agent = new TestAgent(folder, platform, new CountingTransport(), UUID.randomUUID());
    backups = new BackupDriver(agent);
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private static TransferLimits disk(long bytesPerSecond) {
    return TransferLimits.newBuilder()
        .setDisk(SpeedLimit.newBuilder().setOtherwiseBytesPerSecond(bytesPerSecond))
        .build();
  }

  private static SetLimitsRequest none(String session) {
    return SetLimitsRequest.newBuilder().setSessionId(session).build();
  }

  @Test
  @Tag("OPT-10")
  @Tag("OPT-11")
  void aBackupIsHeldByALimitOfZeroAndGoesOnWhenItIsLifted() throws Exception {
    BackupRequest request =
        backups.request(vm.id(), BackupType.FULL, "").setLimits(disk(0)).build();
    BackupBegun begun = agent.backups().beginBackup(request);
    CompletableFuture<?> transfer =
        CompletableFuture.runAsync(() -> backups.transferAll(request, begun));
    TimeUnit.MILLISECONDS.sleep(300);
    assertFalse(transfer.isDone());
    LimitsInForce now = agent.backups().setBackupLimits(none(request.getSessionId()));
    assertFalse(now.hasDiskBytesPerSecond());
    transfer.get(30, TimeUnit.SECONDS);
    RestorePointSummary point = backups.seal(request);
    backups.release(request, false, List.of());

    RestoreDriver restores = new RestoreDriver(agent);
    RestoreRequest restore = restores.request(point, RestoreMode.NEW_VM).setLimits(disk(0)).build();
    CompletableFuture<?> restored = CompletableFuture.runAsync(() -> restores.run(restore));
    LimitsInForce held = awaitHeld(restore.getSessionId(), restored);
    assertEquals(0, held.getDiskBytesPerSecond());
    agent.restores().setRestoreLimits(none(restore.getSessionId()));
    restored.get(30, TimeUnit.SECONDS);
  }

  private LimitsInForce awaitHeld(String session, CompletableFuture<?> restored) throws Exception {
    SetLimitsRequest zero =
        SetLimitsRequest.newBuilder().setSessionId(session).setLimits(disk(0)).build();
    for (int i = 0; ; i++) {
      try {
        LimitsInForce held = agent.restores().setRestoreLimits(zero);
        TimeUnit.MILLISECONDS.sleep(300);
        assertFalse(restored.isDone());
        return held;
      } catch (StatusRuntimeException notOpenYet) {
        assertTrue(i < 100, "the restore was never opened");
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  @Test
  @Tag("OPT-10")
  void aTransferLimitSlowsABackupDownAndChangesNothingElse() {
    TransferLimits limits =
        TransferLimits.newBuilder()
            .setTransfer(SpeedLimit.newBuilder().setOtherwiseBytesPerSecond(2 * MIB))
            .build();
    BackupRequest request = backups.request(vm.id(), BackupType.FULL, "").setLimits(limits).build();
    long begun = System.nanoTime();
    RestorePointSummary point = backups.run(request);
    double seconds = (System.nanoTime() - begun) / 1e9;
    double fastest = 0.8 * point.getStoredBytes() / (2 * MIB) - 0.3;
    assertTrue(seconds > fastest, seconds + " s for " + point.getStoredBytes() + " bytes");
    assertEquals(1, point.getDisksCount());
    RestoreDriver restores = new RestoreDriver(agent);
    // Compares every restored byte with the pool.
    restores.run(restores.request(point, RestoreMode.NEW_VM).setLimits(limits).build());
  }

  @Test
  @Tag("JOB-09")
  @Tag("OPT-10")
  void aHeldSessionCanBeEnded() throws Exception {
    BackupRequest request =
        backups.request(vm.id(), BackupType.FULL, "").setLimits(disk(0)).build();
    BackupBegun begun = agent.backups().beginBackup(request);
    StreamPlan stream = begun.getStreams(0);
    CompletableFuture<BackupException> failure =
        CompletableFuture.supplyAsync(
            () ->
                TestAgent.errorOf(
                    () ->
                        agent
                            .backups()
                            .transferExtent(
                                TransferExtentRequest.newBuilder()
                                    .setSessionId(request.getSessionId())
                                    .setDiskKey(stream.getDiskKey())
                                    .setStream(stream.getStream())
                                    .setExtent(backups.plan(request, stream, 0).get(0))
                                    .build())));
    TimeUnit.MILLISECONDS.sleep(300);
    assertFalse(failure.isDone());
    backups.release(request, true, List.of());
    assertEquals(ErrorCode.SESSION_NOT_OPEN, failure.get(20, TimeUnit.SECONDS).code());
  }

  @Test
  @Tag("OPT-10")
  void aLimitThatMakesNoSenseIsRefused() {
    BackupRequest request =
        backups.request(vm.id(), BackupType.FULL, "").setLimits(disk(-1)).build();
    assertEquals(
        ErrorCode.INVALID_VALUE,
        TestAgent.errorOf(() -> agent.backups().beginBackup(request)).code());
  }
}
