package io.holdfast.agent.upkeep;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.CollectWork;
import io.holdfast.agent.protocol.ListPointFactsRequest;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.PreviewRemovalRequest;
import io.holdfast.agent.protocol.ProtectPointRequest;
import io.holdfast.agent.protocol.RemovePointRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionRequest;
import io.holdfast.agent.protocol.RetentionRules;
import io.holdfast.agent.protocol.RetentionUnit;
import io.holdfast.agent.protocol.RetentionVerdict;
import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepJobRef;
import io.holdfast.agent.protocol.UpkeepState;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.agent.protocol.VerifyWork;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retention, removal, collection and verification as the server orders them. */
class UpkeepTest {
  private static final int MIB = 1 << 20;

  private final UUID poolId = UUID.randomUUID();
  private final CountingTransport transport = new CountingTransport();
  private final Seed seed = Seed.ofRun();
  private Path folder;
  private TestPlatform platform;
  private TestVm vm;
  private TestAgent agent;

  @BeforeEach
  void start(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("vm-1");
    long size = 4 * MIB;
    vm.addDisk(folder, "vda", DiskPattern.holed(size, seed.with(1)));
    agent = new TestAgent(folder, platform, transport, poolId);
  }

  @AfterEach
  void stop() {
    agent.close();
  }

  private RestorePointSummary backup(BackupType type, String base) {
    BackupDriver driver = new BackupDriver(agent);
    BackupRequest request = driver.request(vm.id(), type, base).build();
    return driver.run(request);
  }

  private List<String> threePoints() {
    String full = backup(BackupType.FULL, "").getRestorePointId();
    String first = backup(BackupType.INCREMENTAL, full).getRestorePointId();
    String second = backup(BackupType.INCREMENTAL, first).getRestorePointId();
    return List.of(full, first, second);
  }

  private RetentionRequest.Builder newestOnly(List<String> points) {
    return RetentionRequest.newBuilder()
        .setPool(agent.pool())
        .setRules(RetentionRules.newBuilder().setUnit(RetentionUnit.RETENTION_UNIT_COUNT))
        .addAllRestorePointIds(points)
        .setNewestBackupSucceeded(true)
        .setApply(true);
  }

  private Set<String> inPool() {
    Set<String> result = new TreeSet<>();
    facts().forEach(facts -> result.add(facts.getRestorePointId()));
    return result;
  }

  private List<PointFacts> facts() {
    List<PointFacts> result = new ArrayList<>();
    Iterator<PointFacts> facts =
        agent
            .upkeep()
            .listPointFacts(ListPointFactsRequest.newBuilder().setPool(agent.pool()).build());
    facts.forEachRemaining(result::add);
    return result;
  }

  private static RetentionVerdict of(RetentionReport report, String point) {
    return report.getVerdictsList().stream()
        .filter(verdict -> verdict.getFacts().getRestorePointId().equals(point))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Tag("POOL-09")
  void theExpiredIncrementGoesAndWhatTheNewestBeganFromStays() {
    List<String> points = threePoints();

    RetentionReport preview =
        agent.upkeep().applyRetention(newestOnly(points).setApply(false).build());
    assertTrue(of(preview, points.get(1)).getGoes());
    assertEquals(new TreeSet<>(points), inPool());

    RetentionReport report = agent.upkeep().applyRetention(newestOnly(points).build());

    assertTrue(of(report, points.get(1)).getRemoved());
    assertEquals(List.of("FULL_OF_KEPT"), of(report, points.get(0)).getFacts().getKeptForList());
    assertTrue(of(report, points.get(2)).getFacts().getKeptForList().contains("NEWEST"));
    assertEquals(Set.copyOf(List.of(points.get(0), points.get(2))), inPool());
    assertTrue(
        facts().stream().anyMatch(facts -> facts.getKeptForList().equals(List.of("FULL_OF_KEPT"))));

    RetentionReport again = agent.upkeep().applyRetention(newestOnly(points).build());
    assertEquals(List.of(points.get(1)), again.getMissingRestorePointIdsList());
  }

  @Test
  @Tag("POOL-09")
  void nothingGoesWhenTheNewestBackupFailedOrARestoreWaits() {
    List<String> points = threePoints();

    RetentionReport failed =
        agent.upkeep().applyRetention(newestOnly(points).setNewestBackupSucceeded(false).build());
    RetentionReport spared =
        agent
            .upkeep()
            .applyRetention(newestOnly(points).addSparedRestorePointIds(points.get(1)).build());

    assertEquals("NEWEST_BACKUP_FAILED", failed.getHeldBack());
    assertEquals(List.of("SPARED"), of(spared, points.get(1)).getFacts().getKeptForList());
    assertEquals(new TreeSet<>(points), inPool());
  }

  @Test
  @Tag("POOL-09")
  void nothingGoesWhenTheNewPointIsNotTheNewestByItsTime() {
    List<String> points = threePoints();

    RetentionReport report =
        agent
            .upkeep()
            .applyRetention(newestOnly(points).setNewRestorePointId(points.get(1)).build());

    assertEquals("NEW_POINT_NOT_NEWEST", report.getHeldBack());
    assertEquals(List.of("HELD_BACK"), of(report, points.get(1)).getFacts().getKeptForList());
    assertEquals(new TreeSet<>(points), inPool());
  }

  @Test
  @Tag("POOL-10")
  void theNewOneIsImmutableFromItsSnapshotOn() {
    List<String> points = threePoints();
    RetentionRequest.Builder request = newestOnly(points).setNewRestorePointId(points.get(1));
    request.getRulesBuilder().setImmutableDays(3);

    RetentionReport report = agent.upkeep().applyRetention(request.build());

    long until = of(report, points.get(1)).getFacts().getImmutableUntilEpochMillis();
    Duration left = Duration.between(Instant.now(), Instant.ofEpochMilli(until));
    assertTrue(left.compareTo(Duration.ofDays(2)) > 0 && left.compareTo(Duration.ofDays(3)) <= 0);
    assertEquals(List.of("IMMUTABLE"), of(report, points.get(1)).getFacts().getKeptForList());
    assertEquals(ErrorCode.POINT_IMMUTABLE, errorOf(() -> remove(points.get(1))).code());
    assertEquals(new TreeSet<>(points), inPool());
  }

  private boolean remove(String point) {
    return agent
        .upkeep()
        .removePoint(
            RemovePointRequest.newBuilder().setPool(agent.pool()).setRestorePointId(point).build())
        .getRemoved();
  }

  private PointFacts protect(String point, boolean held) {
    return agent
        .upkeep()
        .protectPoint(
            ProtectPointRequest.newBuilder()
                .setPool(agent.pool())
                .setRestorePointId(point)
                .setHeld(held)
                .build());
  }

  @Test
  @Tag("POOL-09")
  void aProtectedOneIsNotRemovedByHandAndRemovingTwiceIsNoError() {
    String point = backup(BackupType.FULL, "").getRestorePointId();

    assertTrue(protect(point, true).getHeld());
    assertEquals(ErrorCode.POINT_PROTECTED, errorOf(() -> remove(point)).code());
    assertFalse(protect(point, false).getHeld());
    assertTrue(remove(point));
    assertFalse(remove(point));
  }

  @Test
  @Tag("POOL-09")
  void anOpenPoolThatIsNotThereAnyMoreDoesNotLookEmpty() throws IOException {
    String point = backup(BackupType.FULL, "").getRestorePointId();
    RetentionRequest request = newestOnly(List.of(point)).build();
    Path there = folder.resolve("pool");
    try (Pool pool = FolderPool.open(there, poolId, Clock.systemUTC())) {
      Files.move(there, folder.resolve("elsewhere"));
      Files.createDirectory(there);

      assertThrows(BackupException.class, () -> PoolPoints.list(pool, facts -> {}));
      RetentionRun run = new RetentionRun(pool, request, Clock.systemUTC());
      assertThrows(BackupException.class, run::run);

      Files.delete(there);
      Files.move(folder.resolve("elsewhere"), there);
    }
    assertEquals(Set.of(point), inPool());
  }

  private UpkeepStatus end(StartUpkeepRequest request) throws InterruptedException {
    UpkeepStatus status = agent.upkeep().startUpkeep(request);
    for (int i = 0; i < 600 && status.getState() == UpkeepState.UPKEEP_RUNNING; i++) {
      Thread.sleep(50);
      status =
          agent
              .upkeep()
              .describeUpkeep(UpkeepJobRef.newBuilder().setJobId(request.getJobId()).build());
    }
    return status;
  }

  private StartUpkeepRequest.Builder job() {
    return StartUpkeepRequest.newBuilder()
        .setJobId(UUID.randomUUID().toString())
        .setPool(agent.pool());
  }

  @Test
  @Tag("POOL-10")
  void collectingFreesWhatThePreviewSaidAndIsToldAgainUntilTheAgentRestarts() throws Exception {
    String point = backup(BackupType.FULL, "").getRestorePointId();
    long said =
        agent
            .upkeep()
            .previewRemoval(
                PreviewRemovalRequest.newBuilder()
                    .setPool(agent.pool())
                    .addRestorePointIds(point)
                    .addRestorePointIds(UUID.randomUUID().toString())
                    .build())
            .getPackBytes();
    assertTrue(said > 0);
    remove(point);
    CollectWork dry = CollectWork.newBuilder().setDryRun(true).setMinLivePercent(50).build();
    UpkeepStatus survey = end(job().setCollect(dry).build());
    assertEquals(0, survey.getCollected().getFreedBytes());
    assertTrue(survey.getCollected().getDeadBytes() >= said);

    StartUpkeepRequest request =
        job().setCollect(CollectWork.newBuilder().setMinLivePercent(50)).build();
    UpkeepStatus done = end(request);

    assertEquals(UpkeepState.UPKEEP_DONE, done.getState());
    assertTrue(done.getCollected().getFreedBytes() >= said);
    assertEquals(done, agent.upkeep().startUpkeep(request));
    agent.close();
    agent = new TestAgent(folder, platform, transport, poolId);
    UpkeepJobRef ref = UpkeepJobRef.newBuilder().setJobId(request.getJobId()).build();
    assertEquals(ErrorCode.NOT_FOUND, errorOf(() -> agent.upkeep().describeUpkeep(ref)).code());
    UpkeepStatus again = end(request);
    assertEquals(UpkeepState.UPKEEP_DONE, again.getState());
    assertEquals(0, again.getCollected().getFreedBytes());
  }

  @Test
  @Tag("POOL-10")
  void verificationNamesEveryRestorePointThatDamageHurts() throws Exception {
    String full = backup(BackupType.FULL, "").getRestorePointId();
    String next = backup(BackupType.INCREMENTAL, full).getRestorePointId();
    flipInFirstPack();

    UpkeepStatus status = end(job().setVerify(VerifyWork.newBuilder().setPercent(100)).build());

    assertEquals(UpkeepState.UPKEEP_DONE, status.getState());
    assertEquals(1, status.getVerified().getDamagedPlaces());
    assertEquals(
        Set.of(full, next), Set.copyOf(status.getVerified().getDamage(0).getRestorePointIdsList()));
    assertEquals(2, status.getVerified().getHurtCount());

    UpkeepStatus part =
        end(job().setVerify(VerifyWork.newBuilder().setKnownDamageOnly(true)).build());
    assertEquals(status.getVerified().getHurtList(), part.getVerified().getHurtList());
  }

  private void flipInFirstPack() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("pool/packs"))) {
      Path pack =
          files.filter(file -> file.toString().endsWith(".pack")).sorted().findFirst().get();
      try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
        int at = 64 + 88 + 100;
        file.seek(at);
        int before = file.read();
        file.seek(at);
        file.write(before ^ 1);
      }
    }
  }

  @Test
  @Tag("POOL-10")
  void wrongWorkIsRefusedBeforeAnythingRuns() {
    assertEquals(
        ErrorCode.VALUE_OUT_OF_RANGE,
        errorOf(
                () ->
                    agent
                        .upkeep()
                        .startUpkeep(
                            job().setVerify(VerifyWork.newBuilder().setPercent(101)).build()))
            .code());
    assertEquals(
        ErrorCode.FIELD_MISSING, errorOf(() -> agent.upkeep().startUpkeep(job().build())).code());
  }
}
