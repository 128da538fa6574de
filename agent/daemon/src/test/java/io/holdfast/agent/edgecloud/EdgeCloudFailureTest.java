package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreTarget;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of the cluster and the agent itself fail; the session goes on and nothing stays behind. */
@Tag("HIK-03")
class EdgeCloudFailureTest {
  private static final long MIB = 1L << 20;
  private static final Pattern FREEZE_LOG = Pattern.compile("\"freezeLog\":\\[[^\\]]*");

  @TempDir private Path folder;

  private EdgeCloudBed bed;

  @BeforeEach
  void start() throws IOException {
    bed = new EdgeCloudBed(folder);
  }

  @AfterEach
  void end() {
    if (bed != null) {
      bed.close();
    }
  }

  private String filled() {
    String vm = bed.running(EdgeCloudBed.disk(32 * MIB));
    bed.cloud.writes(vm, 0, "write -P 0x41 0 24M");
    return vm;
  }

  private RestoreRequest.Builder inPlace(RestorePointSummary point) {
    return bed.restores().request(point, RestoreMode.ORIGINAL_DISK).setPlatform(bed.access());
  }

  private void requireRestored(String vm, RestorePointSummary point, Map<String, String> expected)
      throws IOException {
    bed.cloud.writes(vm, 0, "write -P 0x7f 0 32M");
    bed.restores().run(inPlace(point).build());
    assertEquals(expected, bed.digests(vm));
  }

  private CompletableFuture<Void> later(int seconds, String part) {
    return CompletableFuture.runAsync(
        () -> bed.ceph.control(part), CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS));
  }

  /** Backs up while a part of the cluster is gone for a time. */
  private RestorePointSummary backUpWithout(String part, int seconds, String vm) {
    BackupRequest request = bed.request(vm, BackupType.FULL, "");
    BackupBegun begun = bed.agent().backups().beginBackup(request);
    bed.backups().transfer(request, begun.getStreams(0), 4);
    bed.ceph.control("kill-" + part);
    CompletableFuture<Void> back = later(seconds, "start-" + part);
    bed.backups().transferAll(request, begun);
    RestorePointSummary sealed = bed.backups().seal(request);
    back.join();
    bed.backups().release(request, false, List.of(sealed.getRestorePointId()));
    assertEquals(List.of(), bed.platform.listSnapshots("holdfast-"));
    return sealed;
  }

  @ParameterizedTest
  @CsvSource({"osd,8", "mon,30"})
  void aBackupGoesOnWhenAPartOfTheClusterWasAway(String part, int seconds) throws Exception {
    String vm = filled();
    Map<String, String> before = bed.digests(vm);
    RestorePointSummary point = backUpWithout(part, seconds, vm);
    requireRestored(vm, point, before);
  }

  @Test
  void aRestoreGoesOnWhenAnOsdWasRestarted() throws Exception {
    String vm = filled();
    Map<String, String> before = bed.digests(vm);
    RestorePointSummary point = bed.run(bed.request(vm, BackupType.FULL, ""));
    bed.cloud.writes(vm, 0, "write -P 0x7f 0 32M");
    RestoreRequest request = inPlace(point).build();
    RestoreTarget target = bed.agent().restores().createTarget(request);
    bed.restores().transfer(request, target.getStreams(0), 0, 2);
    bed.ceph.control("kill-osd");
    CompletableFuture<Void> back = later(8, "start-osd");
    target
        .getStreamsList()
        .forEach(stream -> bed.restores().transfer(request, stream, 0, Long.MAX_VALUE));
    back.join();
    bed.restores().verify(request);
    bed.restores().finish(request);
    bed.restores().release(request, false);
    assertEquals(before, bed.digests(vm));
  }

  private static void awaitHalfway(Process victim) throws IOException {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals("HALFWAY")) {
        line = out.readLine();
      }
      assertEquals("HALFWAY", line);
    }
  }

  /** Kill -9. */
  private static void kill(Process victim) throws InterruptedException {
    victim.destroyForcibly();
    assertTrue(victim.waitFor(30, TimeUnit.SECONDS));
  }

  @Test
  void aBackupGoesOnWhereAKilledAgentWas() throws Exception {
    String vm = filled();
    Map<String, String> before = bed.digests(vm);
    BackupRequest request = bed.request(vm, BackupType.FULL, "");
    bed.stopAgent();
    Process victim = bed.victim("backup", request);
    awaitHalfway(victim);
    kill(victim);
    bed.startAgent();
    BackupBegun begun = bed.agent().backups().beginBackup(request);
    assertTrue(begun.getResumed());
    List<ExtentReceipt> receipts = bed.backups().transferAll(request, begun);
    assertTrue(receipts.stream().filter(ExtentReceipt::getReplayed).count() >= 4);
    RestorePointSummary point = bed.backups().seal(request);
    bed.backups().release(request, false, List.of(point.getRestorePointId()));
    assertEquals(List.of(), bed.platform.listSnapshots("holdfast-"));
    assertEquals(1, bed.marks(vm, point));
    requireRestored(vm, point, before);
  }

  @Test
  void aBackupOfAKilledAgentThatIsGivenUpLeavesNothing() throws Exception {
    String vm = filled();
    BackupRequest request = bed.request(vm, BackupType.FULL, "");
    bed.stopAgent();
    Process victim = bed.victim("backup", request);
    awaitHalfway(victim);
    kill(victim);
    bed.startAgent();
    bed.agent()
        .backups()
        .removeLeftovers(
            RemoveLeftoversRequest.newBuilder()
                .setPlatform(bed.access())
                .addEndedSessionIds(request.getSessionId())
                .setReapMarks(true)
                .build());
    assertEquals("", bed.ceph.rbd("snap", "ls", bed.images(vm).get(0)));
  }

  @Test
  @Tag("HIK-05")
  void aRestoreGoesOnWhereAKilledAgentWasThoughTheClusterStillKnowsItsWatch() throws Exception {
    String vm = filled();
    Map<String, String> before = bed.digests(vm);
    RestorePointSummary point = bed.run(bed.request(vm, BackupType.FULL, ""));
    bed.cloud.writes(vm, 0, "write -P 0x7f 0 32M");
    RestoreRequest request = inPlace(point).setSnapshotBefore(true).setRollBack(true).build();
    bed.stopAgent();
    Process victim = bed.victim("restore", request);
    awaitHalfway(victim);
    kill(victim);
    bed.startAgent();
    RestoreTarget target = bed.agent().restores().createTarget(request);
    assertTrue(target.getResumed());
    target
        .getStreamsList()
        .forEach(stream -> bed.restores().transfer(request, stream, 0, Long.MAX_VALUE));
    bed.restores().finish(request);
    assertFalse(bed.restores().release(request, false).getPending());
    assertEquals(before, bed.digests(vm));
  }

  @Test
  @Tag("HIK-05")
  void aRestoreThatAKilledAgentLeftIsRolledBack() throws Exception {
    String vm = filled();
    RestorePointSummary point = bed.run(bed.request(vm, BackupType.FULL, ""));
    bed.cloud.writes(vm, 0, "write -P 0x7f 0 32M");
    Map<String, String> before = bed.digests(vm);
    RestoreRequest request = inPlace(point).setSnapshotBefore(true).setRollBack(true).build();
    bed.stopAgent();
    Process victim = bed.victim("restore", request);
    awaitHalfway(victim);
    kill(victim);
    bed.startAgent();
    List<String> told = new ArrayList<>();
    await(
        Duration.ofSeconds(90),
        () -> {
          ReleaseRestoreResponse released = bed.restores().release(request, true);
          released.getNoticesList().forEach(each -> told.add(each.getCode()));
          return !released.getPending();
        });
    assertTrue(told.contains("RESTORE_ROLLED_BACK"), told.toString());
    assertEquals(before, bed.digests(vm));
    assertEquals("running", bed.platform.describeVm(vm).getState());
  }

  private static void await(Duration limit, BooleanSupplier condition) throws Exception {
    Instant end = Instant.now().plus(limit);
    while (!condition.getAsBoolean()) {
      assertTrue(Instant.now().isBefore(end), "not within " + limit);
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private boolean frozen(String vm) {
    String log = bed.cloud.lab("GET", "/instances/" + vm, "");
    Matcher list = FREEZE_LOG.matcher(log);
    String entries = list.find() ? list.group() : "";
    return entries.lastIndexOf("frozen") > entries.lastIndexOf("thawed");
  }

  /** Kills an agent whose snapshot hangs while its guest is frozen. */
  private BackupRequest killedWhileFrozen(String vm, int freezeSeconds) throws Exception {
    BackupRequest request =
        bed.request(vm, BackupType.FULL, "").toBuilder().setFreezeSeconds(freezeSeconds).build();
    bed.cloud.lab(
        "POST", "/faults", "{\"match\":\"POST .*/snapshots\",\"action\":\"hang\",\"ms\":120000}");
    bed.stopAgent();
    Process victim = bed.victim("backup", request);
    await(Duration.ofSeconds(60), () -> frozen(vm));
    kill(victim);
    bed.cloud.lab("DELETE", "/faults", "");
    bed.startAgent();
    return request;
  }

  @Test
  @Tag("HIK-02")
  void aGuestThatAKilledAgentLeftFrozenIsThawedByTheNextSweep() throws Exception {
    String vm = filled();
    killedWhileFrozen(vm, 300);
    assertTrue(frozen(vm));
    bed.agent()
        .backups()
        .removeLeftovers(RemoveLeftoversRequest.newBuilder().setPlatform(bed.access()).build());
    assertFalse(frozen(vm));
    bed.cloud.writes(vm, 0, "write -P 0x42 0 4k");
  }

  @Test
  @Tag("HIK-02")
  void aGuestThatAKilledAgentLeftFrozenIsThawedByThePlatformInTheJobsTime() throws Exception {
    String vm = filled();
    killedWhileFrozen(vm, 10);
    await(Duration.ofSeconds(20), () -> !frozen(vm));
    bed.cloud.writes(vm, 0, "write -P 0x42 0 4k");
  }
}
