package io.holdfast.agent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolKeyKind;
import io.holdfast.agent.protocol.PoolKeyState;
import io.holdfast.agent.protocol.PoolKind;
import io.holdfast.agent.protocol.PoolSecret;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.RebuildIndexProgress;
import io.holdfast.agent.protocol.RebuildIndexRequest;
import io.holdfast.agent.protocol.RemovePoolKeyRequest;
import io.holdfast.agent.protocol.ReplacePoolKeyRequest;
import io.holdfast.agent.protocol.ReplaceRecoveryKeyRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted pools, quotas and damaged lists through the agent's calls. */
class PoolKeysTest {
  private static final int MIB = 1 << 20;
  private static final String FIRST = "first 口令 of four words";
  private static final String SECOND = "second passphrase entirely";

  @TempDir Path folder;
  private TestAgent agent;
  private BackupDriver driver;
  private TestVm vm;
  private PoolAccess pool;
  private PoolStatus made;

  @BeforeEach
  void makeAgentPoolAndVm() {
    TestPlatform platform = new TestPlatform(folder);
    agent = new TestAgent(folder, platform, new CountingTransport(), UUID.randomUUID());
    driver = new BackupDriver(agent);
    vm = platform.addVm("vm");
    byte[] bytes = new byte[4 * MIB];
    new Random(9).nextBytes(bytes);
    vm.addDisk(folder, "vda", bytes.length).write(0, bytes);
    pool =
        PoolAccess.newBuilder()
            .setPoolId(UUID.randomUUID().toString())
            .setFolder(folder.resolve("locked").toString())
            .setPoolName("Locked")
            .setSecret(passphrase(FIRST))
            .build();
    made =
        agent
            .pools()
            .createPool(
                CreatePoolRequest.newBuilder()
                    .setPool(pool)
                    .setName("locked")
                    .setChunkBytes(TestAgent.CHUNK_BYTES)
                    .setKind(PoolKind.POOL_KIND_DEDUP)
                    .setEncrypted(true)
                    .build());
  }

  @AfterEach
  void close() {
    agent.close();
  }

  private static PoolSecret passphrase(String text) {
    return PoolSecret.newBuilder().setPassphrase(text).build();
  }

  private PoolAccess with(PoolSecret secret) {
    return pool.toBuilder().setSecret(secret).build();
  }

  private BackupRequest full(PoolAccess access) {
    return driver.request(vm.id(), BackupType.FULL, "").setPool(access).build();
  }

  private PoolStatus describe(PoolAccess access) {
    return agent.pools().describePool(DescribePoolRequest.newBuilder().setPool(access).build());
  }

  private ErrorCode planError(PoolAccess access) {
    return TestAgent.errorOf(() -> agent.backups().planBackup(full(access))).code();
  }

  @Test
  @Tag("OPT-17")
  void whoBringsNoSecretOrAWrongOneIsToldAlsoWhileOthersHaveThePoolOpen() {
    PoolAccess bare = pool.toBuilder().clearSecret().build();
    PoolAccess wrong = with(passphrase("not the passphrase"));
    BackupRequest open = full(pool);
    agent.backups().beginBackup(open);

    assertEquals(ErrorCode.POOL_KEY_NEEDED, planError(bare));
    assertEquals(ErrorCode.POOL_KEY_WRONG, planError(wrong));
    assertEquals(PoolKeyState.POOL_KEY_MISSING, describe(bare).getKey());
    assertEquals(PoolKeyState.POOL_KEY_REFUSED, describe(wrong).getKey());
    assertEquals(PoolKeyState.POOL_KEY_OPENS, describe(pool).getKey());
    PoolSecret gone = PoolSecret.newBuilder().setKeyFile(folder.resolve("gone") + "").build();
    assertEquals(PoolKeyState.POOL_KEY_UNREADABLE, describe(with(gone)).getKey());
    assertEquals(
        PoolKeyState.POOL_KEY_NOT_ENCRYPTED, describe(agent.pool()).getKey(), "another pool");
    driver.release(open.toBuilder().setPool(bare).build(), true, List.of());
    assertEquals(0, describe(bare).getOpenSessions(), "giving up needs no key");
  }

  @Test
  @Tag("OPT-17")
  void aBackupOfAnEncryptedPoolLeavesItsSecretNowhere() throws IOException {
    BackupRequest request = full(pool);
    agent.backups().beginBackup(request);
    assertNowhere(FIRST, made.getRecoveryKey());
    driver.release(request, true, List.of());

    RestorePointSummary sealed = driver.run(full(pool));

    assertEquals(1, describe(pool).getRestorePoints());
    assertFalse(sealed.toString().contains(FIRST));
    assertEquals("", describe(pool).getRecoveryKey(), "shown once");
    assertNowhere(FIRST, made.getRecoveryKey());
  }

  private void assertNowhere(String... secrets) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        for (String secret : secrets) {
          byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
          assertFalse(
              text.contains(new String(bytes, StandardCharsets.ISO_8859_1)), file::toString);
        }
      }
    }
  }

  @Test
  @Tag("OPT-17")
  void aRotationShutsTheOldSecretOutAtOnceAndTheLastWayInStays() {
    driver.run(full(pool));
    BackupRequest open = full(pool);
    BackupBegun begun = agent.backups().beginBackup(open);
    agent
        .pools()
        .replacePoolKey(
            ReplacePoolKeyRequest.newBuilder()
                .setPool(pool)
                .setNewSecret(passphrase(SECOND))
                .build());

    assertEquals(ErrorCode.POOL_KEY_WRONG, planError(pool), "the pool is open all the time");
    PoolAccess now = with(passphrase(SECOND));
    assertEquals(PoolKeyState.POOL_KEY_OPENS, describe(now).getKey());
    String recovery =
        agent
            .pools()
            .replaceRecoveryKey(ReplaceRecoveryKeyRequest.newBuilder().setPool(now).build())
            .getRecoveryKey();
    PoolSecret old = PoolSecret.newBuilder().setRecoveryKey(made.getRecoveryKey()).build();
    assertEquals(PoolKeyState.POOL_KEY_REFUSED, describe(with(old)).getKey());
    PoolSecret paper = PoolSecret.newBuilder().setRecoveryKey(recovery).build();
    assertEquals(PoolKeyState.POOL_KEY_OPENS, describe(with(paper)).getKey());
    remove(with(paper), PoolKeyKind.POOL_KEY_PASSPHRASE);
    assertEquals(
        ErrorCode.POOL_LAST_KEY,
        TestAgent.errorOf(() -> remove(with(paper), PoolKeyKind.POOL_KEY_RECOVERY)).code());
    assertEquals(PoolKeyState.POOL_KEY_REFUSED, describe(now).getKey());
    driver.transferAll(open, begun);
    driver.seal(open);
    driver.release(open, false, List.of());
    driver.run(full(with(paper)));
  }

  private Object remove(PoolAccess access, PoolKeyKind kind) {
    return agent
        .pools()
        .removePoolKey(RemovePoolKeyRequest.newBuilder().setPool(access).setKind(kind).build());
  }

  @Test
  @Tag("OPT-17")
  void aWeakPassphraseIsRefusedWithASentence() {
    BackupException refused =
        TestAgent.errorOf(
            () ->
                agent
                    .pools()
                    .replacePoolKey(
                        ReplacePoolKeyRequest.newBuilder()
                            .setPool(pool)
                            .setNewSecret(passphrase("short"))
                            .build()));

    assertEquals(ErrorCode.PASSPHRASE_TOO_SHORT, refused.code());
    assertTrue(refused.getMessage().contains("5 characters"), refused.getMessage());
    assertFalse(refused.getMessage().contains("?"), refused.getMessage());
  }

  @Test
  @Tag("POOL-08")
  void aReachedQuotaEndsTheRunningBackupRefusesNewOnesAndKeepsWhatIsSealed() {
    driver.run(full(pool));
    long stored = describe(pool).getStoredBytes();
    byte[] other = new byte[2 * MIB];
    new Random(10).nextBytes(other);
    vm.disk("vda").write(0, other);
    PoolAccess tight = pool.toBuilder().setQuotaBytes(stored + MIB).build();
    BackupRequest request = full(tight);

    BackupException ended =
        TestAgent.errorOf(() -> driver.transferAll(request, agent.backups().beginBackup(request)));

    assertEquals(ErrorCode.POOL_QUOTA_REACHED, ended.code());
    assertEquals("Locked", ended.parameters().get("pool"));
    assertEquals(Long.toString(stored + MIB), ended.parameters().get("quota"));
    assertEquals(ErrorCode.POOL_QUOTA_REACHED, planError(tight), "no new one");
    driver.release(request, true, List.of());
    assertEquals(1, describe(tight).getRestorePoints());
    describe(pool);
    driver.run(full(pool));
  }

  @Test
  @Tag("OPS-02")
  void anyPoolInAFolderIsFoundAndADamagedManifestIsNamed() throws IOException {
    RestorePointSummary good = driver.run(full(pool));
    RestorePointSummary bad = driver.run(full(pool));
    Path manifest = folder.resolve("locked/manifests/" + bad.getRestorePointId() + ".manifest");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[120] ^= 4;
    Files.write(manifest, bytes);

    PoolStatus found = describe(pool.toBuilder().clearPoolId().build());

    assertEquals(pool.getPoolId(), found.getPoolId());
    assertEquals(1, found.getDamagedManifests());
    assertEquals(bad.getRestorePointId(), found.getDamaged(0).getRestorePointId());
    assertEquals(
        ErrorCode.FORMAT_CORRUPT, ErrorCode.ofNumber(found.getDamaged(0).getError().getCode()));
    List<String> listed = new ArrayList<>();
    agent
        .pools()
        .listRestorePoints(
            ListRestorePointsRequest.newBuilder().setPool(pool.toBuilder().clearSecret()).build())
        .forEachRemaining(point -> listed.add(point.getRestorePointId()));
    assertEquals(List.of(good.getRestorePointId()), listed);
  }

  @Test
  @Tag("POOL-02")
  void theIndexIsMadeAnewOnDemandAndNotUnderARunningBackup() {
    driver.run(full(pool));
    long entries = describe(pool).getIndexEntries();
    assertTrue(entries > 0);
    RebuildIndexRequest wanted = RebuildIndexRequest.newBuilder().setPool(pool).build();
    List<RebuildIndexProgress> progress = new ArrayList<>();
    agent.pools().rebuildIndex(wanted).forEachRemaining(progress::add);

    assertTrue(progress.get(progress.size() - 1).getFinished());
    assertTrue(describe(pool).getIndexComplete());
    long before = describe(pool).getStoredBytes();
    driver.run(full(pool));
    assertTrue(describe(pool).getStoredBytes() - before < MIB, "nothing is stored twice");
    BackupRequest open = full(pool);
    agent.backups().beginBackup(open);
    assertEquals(
        ErrorCode.POOL_IN_USE,
        TestAgent.errorOf(() -> agent.pools().rebuildIndex(wanted).next()).code());
    driver.release(open, true, List.of());
  }
}
