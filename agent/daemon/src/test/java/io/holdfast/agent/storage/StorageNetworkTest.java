package io.holdfast.agent.storage;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DedupMode;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.PoolKind;
import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.agent.testing.TwoAgents;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backup host and a pool on another agent, with a network between them that can be cut. */
class StorageNetworkTest {
  private static final int MIB = 1 << 20;

  private final CountingTransport transport = new CountingTransport();
  private final Seed seed = Seed.ofRun();
  private Path folder;
  private TestPlatform platform;
  private TestVm vm;
  private TwoAgents agents;

  @BeforeEach
  void start(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("web 'ü' ../01");
  }

  private void agents(PoolKind kind) {
    agents = new TwoAgents(folder, platform, transport, kind);
  }

  @AfterEach
  void stop() {
    agents.close();
    assertEquals(0, platform.openConnections(), "platform connections left open");
  }

  private TestDisk disk(String device, long sizeBytes, long salt) {
    return vm.addDisk(folder, device, DiskPattern.holed(sizeBytes, seed.with(salt)));
  }

  /** A disk without a hole: what travels can be counted. */
  private void fullDisk(long sizeBytes) {
    vm.addDisk(folder, "vda", DiskPattern.full(sizeBytes, seed.with(1)));
  }

  private RestorePointSummary backup(BackupRequest.Builder request) {
    return new BackupDriver(agents.host()).run(request.build());
  }

  private BackupRequest.Builder request(BackupType type, String base) {
    return agents.backup(vm.id(), type, base);
  }

  /** Restores to a new VM; digests of its disks by device. */
  private Map<String, String> restored(RestorePointSummary point) {
    RestoreDriver driver = new RestoreDriver(agents.host());
    RestoreRequest request =
        agents.restore(driver.request(point, RestoreMode.NEW_VM), point).build();
    driver.run(request);
    return digests(platform.named("restored").orElseThrow());
  }

  private byte[] bytes(int length, long salt) {
    byte[] result = new byte[length];
    new Random(seed.value() + salt).nextBytes(result);
    return result;
  }

  private static Map<String, String> digests(TestVm machine) {
    Map<String, String> result = new HashMap<>();
    machine
        .disks()
        .values()
        .forEach(disk -> result.put(disk.description().getDevice(), DiskDigest.of(disk.file())));
    return result;
  }

  @ParameterizedTest
  @EnumSource(
      value = PoolKind.class,
      names = {"POOL_KIND_STANDARD", "POOL_KIND_DEDUP"})
  @Tag("OPT-02")
  @Tag("RST-02")
  void aFullAndAnIncrementalInAPoolOfAnotherAgentRestoreByteForByte(PoolKind kind)
      throws Exception {
    agents(kind);
    TestDisk first = disk("vda", 24 * MIB, 1);
    disk("vdb", 5 * MIB + 512, 2);
    vm.addDisk(folder, "vdc", 3 * MIB);
    RestorePointSummary full = backup(request(BackupType.FULL, ""));
    first.write(3 * MIB + 100, bytes(100_000, 7));
    Map<String, String> changed = digests(vm);

    RestorePointSummary incremental =
        backup(request(BackupType.INCREMENTAL, full.getRestorePointId()));

    assertEquals(BackupType.INCREMENTAL, incremental.getType());
    assertEquals(changed, restored(incremental));
  }

  @ParameterizedTest
  @EnumSource(
      value = PoolKind.class,
      names = {"POOL_KIND_STANDARD", "POOL_KIND_DEDUP"})
  @Tag("OPT-17")
  @Tag("RST-02")
  void anEncryptedPoolOfAnotherAgentTakesAndGivesWhatTheBackupHostEncrypts(PoolKind kind)
      throws Exception {
    PoolSecret secret = PoolSecret.newBuilder().setPassphrase("first 口令 of four words").build();
    agents = new TwoAgents(folder, platform, transport, kind, secret);
    // Open with nobody's key from here on: what the storage agent does, it does without one.
    agents.restartStore();
    TestDisk disk = disk("vda", 8 * MIB, 1);
    RestorePointSummary full = backup(request(BackupType.FULL, ""));
    disk.write(3 * MIB + 100, bytes(100_000, 7));

    RestorePointSummary incremental =
        backup(request(BackupType.INCREMENTAL, full.getRestorePointId()));

    assertEquals(BackupType.INCREMENTAL, incremental.getType());
    assertEquals(digests(vm), restored(incremental));
  }

  @Test
  @Tag("OPT-17")
  void whoHasNoKeyOfAnotherAgentsEncryptedPoolMayOnlyGiveUp() throws Exception {
    PoolSecret secret = PoolSecret.newBuilder().setPassphrase("first 口令 of four words").build();
    agents = new TwoAgents(folder, platform, transport, PoolKind.POOL_KIND_DEDUP, secret);
    disk("vda", 2 * MIB, 1);
    BackupRequest request = request(BackupType.FULL, "").build();
    PoolSecret other = PoolSecret.newBuilder().setPassphrase("another one altogether").build();
    BackupRequest wrong =
        request.toBuilder().setPool(request.getPool().toBuilder().setSecret(other)).build();
    BackupRequest bare =
        request.toBuilder().setPool(request.getPool().toBuilder().clearSecret()).build();

    assertEquals(
        ErrorCode.POOL_KEY_WRONG, errorOf(() -> agents.host().backups().beginBackup(wrong)).code());
    assertEquals(
        ErrorCode.POOL_KEY_NEEDED, errorOf(() -> agents.host().backups().beginBackup(bare)).code());
    agents.host().backups().beginBackup(request);
    new BackupDriver(agents.host()).release(bare, true, List.of());
    assertNoSessionIsLeft();
  }

  @Test
  @Tag("JOB-09")
  void aReleaseWhosePoolIsNotMountedAtTheOtherAgentIsRepeatedByTheServer() throws Exception {
    agents(PoolKind.POOL_KIND_STANDARD);
    disk("vda", 2 * MIB, 1);
    BackupRequest request = request(BackupType.FULL, "").build();
    agents.host().backups().beginBackup(request);
    agents.restartHost();
    agents.restartStore();
    Path pool = folder.resolve("store/pool");
    Path away = folder.resolve("store/away");
    BackupDriver driver = new BackupDriver(agents.host());
    Files.move(pool, away);

    BackupException gone = errorOf(() -> driver.release(request, true, List.of()));
    Files.move(away, pool);
    driver.release(request, true, List.of());

    assertEquals(ErrorCode.POOL_NOT_FOUND, gone.code());
    assertNoSessionIsLeft();
  }

  private void assertNoSessionIsLeft() throws Exception {
    Path sessions = folder.resolve("store/pool/sessions");
    try (Stream<Path> left = Files.list(sessions)) {
      assertFalse(left.findAny().isPresent(), "a session is left");
    }
  }

  @Test
  @Tag("OPT-02")
  @Tag("POOL-02")
  void withDedupAtTheAgentOnlyWhatThePoolDoesNotHaveTravels() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    fullDisk(16 * MIB);
    RestorePointSummary first = backup(request(BackupType.FULL, ""));
    long before = agents.proxy().sentBytes();

    RestorePointSummary second = backup(request(BackupType.FULL, first.getRestorePointId()));

    long sent = agents.proxy().sentBytes() - before;
    assertTrue(before > 15 * MIB, "the first backup sent " + before);
    assertTrue(sent < before / 20, "the second backup sent " + sent + " of " + before);
    assertEquals(0, second.getStoredBytes());
    assertEquals(digests(vm), restored(second));
  }

  @Test
  @Tag("OPT-02")
  void withDedupAtTheServerEverythingTravelsAndIsStoredOnce() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    fullDisk(8 * MIB);
    StorageLinkOptions atServer =
        StorageLinkOptions.newBuilder().setDedup(DedupMode.DEDUP_AT_SERVER).build();
    RestorePointSummary first = backup(request(BackupType.FULL, "").setStorageLink(atServer));
    long before = agents.proxy().sentBytes();

    RestorePointSummary second =
        backup(request(BackupType.FULL, first.getRestorePointId()).setStorageLink(atServer));

    long sent = agents.proxy().sentBytes() - before;
    assertTrue(sent > 7 * MIB, "the second backup sent " + sent);
    assertEquals(0, second.getStoredBytes());
    assertEquals(digests(vm), restored(second));
  }

  @Test
  @Tag("OPT-08")
  @Tag("OPT-09")
  void aCutShorterThanTheReconnectTimeCostsOnlyWhatWasInFlight() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    fullDisk(32 * MIB);
    agents.proxy().cutAfter(10 * MIB);

    RestorePointSummary point = backup(request(BackupType.FULL, ""));

    assertEquals(1, agents.proxy().cuts());
    assertEquals(32 * MIB, transport.readBytes(), "nothing is read from the VM twice");
    long sent = agents.proxy().sentBytes();
    assertTrue(sent < 34 * MIB + 4 * 10L * MIB, "sent " + sent);
    assertEquals(digests(vm), restored(point));
  }

  @Test
  @Tag("OPT-08")
  @Tag("RST-02")
  void aRestoreSurvivesACut() throws Exception {
    agents(PoolKind.POOL_KIND_STANDARD);
    disk("vda", 24 * MIB, 1);
    RestorePointSummary point = backup(request(BackupType.FULL, ""));
    agents.proxy().cutAfter(10_000);

    assertEquals(digests(vm), restored(point));
    assertEquals(1, agents.proxy().cuts());
  }

  @Test
  @Tag("OPT-08")
  void aCutLongerThanTheReconnectTimeIsTransientAndTheBackupGoesOnLater() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    fullDisk(16 * MIB);
    BackupRequest request =
        request(BackupType.FULL, "")
            .setStreamsPerDisk(1)
            .setStorageLink(StorageLinkOptions.newBuilder().setReconnectSeconds(1))
            .build();
    BackupDriver driver = new BackupDriver(agents.host());
    StreamPlan stream = agents.host().backups().beginBackup(request).getStreams(0);
    driver.transfer(request, stream, 20);
    agents.proxy().cut(false);

    BackupException failure = errorOf(() -> driver.transfer(request, stream, Long.MAX_VALUE));
    BackupException refused = errorOf(() -> agents.host().backups().beginBackup(request));
    agents.proxy().reopen();
    transport.reset();
    RestorePointSummary point = goOn(request);

    assertEquals(ErrorKind.TRANSIENT, failure.kind(), failure.getMessage());
    assertEquals(ErrorCode.STORAGE_UNREACHABLE, refused.code());
    assertTrue(
        refused.getMessage().contains("Store")
            && refused.getMessage().contains("127.0.0.1:" + agents.proxy().port()),
        refused.getMessage());
    assertTrue(transport.readBytes() <= 11 * MIB, "read again: " + transport.readBytes());
    assertEquals(digests(vm), restored(point));
  }

  /** As the server does: begins again, transfers what is not there, seals. */
  private RestorePointSummary goOn(BackupRequest request) {
    BackupDriver driver = new BackupDriver(agents.host());
    BackupBegun again = agents.host().backups().beginBackup(request);
    assertTrue(again.getResumed());
    List<ExtentReceipt> receipts = driver.transferAll(request, again);
    assertTrue(receipts.stream().anyMatch(ExtentReceipt::getReplayed));
    RestorePointSummary point = driver.seal(request);
    driver.release(request, false, List.of());
    return point;
  }

  @Test
  @Tag("OPT-08")
  @Tag("JOB-09")
  void aStorageAgentThatIsRestartedIsFoundAndTheBackupGoesOnFromWhatWasDurable() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    fullDisk(16 * MIB);
    BackupRequest request = request(BackupType.FULL, "").setStreamsPerDisk(1).build();
    BackupDriver driver = new BackupDriver(agents.host());
    StreamPlan stream = agents.host().backups().beginBackup(request).getStreams(0);
    driver.transfer(request, stream, 20);
    agents.restartStore();

    BackupException lost = errorOf(() -> driver.transfer(request, stream, Long.MAX_VALUE));
    transport.reset();
    RestorePointSummary point = goOn(request);

    assertEquals(ErrorKind.TRANSIENT, lost.kind(), lost.getMessage());
    assertTrue(transport.readBytes() <= 11 * MIB, "read again: " + transport.readBytes());
    assertEquals(digests(vm), restored(point));
  }

  @Test
  @Tag("JOB-09")
  void aBackupHostThatIsRestartedGoesOnWithTheSessionInTheOtherAgentsPool() throws Exception {
    agents(PoolKind.POOL_KIND_STANDARD);
    disk("vda", 16 * MIB, 1);
    BackupRequest request = request(BackupType.FULL, "").setStreamsPerDisk(1).build();
    StreamPlan stream = agents.host().backups().beginBackup(request).getStreams(0);
    new BackupDriver(agents.host()).transfer(request, stream, 4);
    agents.restartHost();

    RestorePointSummary point = goOn(request);

    assertEquals(digests(vm), restored(point));
  }

  @Test
  @Tag("JOB-09")
  void anAbandonedBackupLeavesNothingInTheOtherAgentsPool() throws Exception {
    agents(PoolKind.POOL_KIND_DEDUP);
    disk("vda", 8 * MIB, 1);
    BackupRequest request = request(BackupType.FULL, "").build();
    BackupBegun begun = agents.host().backups().beginBackup(request);
    BackupDriver driver = new BackupDriver(agents.host());
    driver.transfer(request, begun.getStreams(0), 2);

    driver.release(request, true, List.of());

    assertNoSessionIsLeft();
    assertTrue(vm.snapshots().isEmpty());
  }
}
