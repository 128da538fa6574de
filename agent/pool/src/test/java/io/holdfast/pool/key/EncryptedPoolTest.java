package io.holdfast.pool.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.ChunkHasher;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("OPT-17")
@Tag("POOL-10")
class EncryptedPoolTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = new UUID(4, 4);
  private static final UUID POINT = new UUID(4, 1);
  private static final UUID OTHER = new UUID(4, 2);
  private static final String DISK = "vda";
  private static final String PASSPHRASE = "korrekt 马 Batterie";

  @TempDir Path scratch;
  private Path folder;
  private Path keyFile;
  private byte[] disk;

  @BeforeEach
  void makeKeyFileAndDisk() throws IOException {
    folder = scratch.resolve("pool");
    keyFile = scratch.resolve("pool.key");
    Random random = new Random(3);
    byte[] key = new byte[64];
    random.nextBytes(key);
    Files.write(keyFile, key);
    disk = DiskImages.mixed(random, 20 * CHUNK + 512);
    byte[] marker = "TOP SECRET MARKER ".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < CHUNK; i++) {
      disk[i] = marker[i % marker.length];
    }
  }

  private FolderPool.Created create(PoolKind kind) {
    try (PoolSecret secret = PoolSecret.keyFile(keyFile)) {
      return FolderPool.createEncrypted(
          new LocalFiles(folder),
          folder,
          new PoolSettings(POOL_ID, "e", CHUNK, kind, true),
          secret,
          Clock.systemUTC());
    }
  }

  private Pool open(PoolSecret secret) {
    try (secret) {
      return FolderPool.open(
          new LocalFiles(folder),
          folder,
          Optional.of(POOL_ID),
          Optional.of(secret),
          Clock.systemUTC());
    }
  }

  private void backup(Pool pool, UUID id) {
    Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("packs"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource(PoolKind.class)
  void nothingOfTheDataIsInThePoolAndItComesBackWithEachKey(PoolKind kind) throws IOException {
    FolderPool.Created created = create(kind);
    String recoveryKey = created.recoveryKey().orElseThrow();
    assertFalse(created.toString().contains(recoveryKey));
    try (Pool pool = created.pool()) {
      backup(pool, POINT);
      assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
      pool.keyring().replace(PoolSecret.passphrase(PASSPHRASE.toCharArray()));
    }

    for (PoolSecret secret :
        List.of(
            PoolSecret.keyFile(keyFile),
            PoolSecret.passphrase(PASSPHRASE.toCharArray()),
            PoolSecret.recoveryKey(recoveryKey.toLowerCase(java.util.Locale.ROOT)))) {
      try (Pool pool = open(secret)) {
        assertArrayEquals(disk, Backups.restore(pool, POINT, DISK), secret::toString);
      }
    }
    String plainId = new ChunkHasher().id(ByteBuffer.wrap(disk, 0, CHUNK)).toString();
    byte[] id = java.util.HexFormat.of().parseHex(plainId);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        assertFalse(
            contains(bytes, "TOP SECRET".getBytes(StandardCharsets.US_ASCII)), file::toString);
        assertFalse(contains(bytes, id), file::toString);
        assertFalse(contains(bytes, Files.readAllBytes(keyFile)), file::toString);
      }
    }
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aWrongKeyIsSaidAndWithoutOneThePoolIsListedAndChecked() throws IOException {
    try (Pool pool = create(PoolKind.DEDUP).pool()) {
      backup(pool, POINT);
    }

    BackupException wrong =
        assertThrows(
            BackupException.class,
            () -> open(PoolSecret.passphrase("not the passphrase".toCharArray())));
    assertEquals(ErrorCode.POOL_KEY_WRONG, wrong.code());
    assertFalse(wrong.getMessage().contains("?"), wrong.getMessage());
    try (Pool locked = FolderPool.open(folder, POOL_ID, Clock.systemUTC())) {
      assertEquals(1, locked.manifests().size());
      assertTrue(locked.verify((done, total) -> true).clean());
      assertEquals(ErrorCode.POOL_KEY_NEEDED, code(() -> Backups.restore(locked, POINT, DISK)));
      assertEquals(ErrorCode.POOL_KEY_NEEDED, code(() -> backup(locked, OTHER)));
      assertEquals(List.of(), locked.sessions());
    }
    flip(packs().get(0), 8L * 3000 + 1);
    try (Pool locked = FolderPool.openReadOnly(folder, Optional.of(POOL_ID))) {
      assertEquals(1, locked.verify((done, total) -> true).damage().size(), "without the key");
    }
  }

  private static ErrorCode code(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(BackupException.class, action).code();
  }

  private static void flip(Path file, long bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
    Files.write(file, bytes);
  }

  @Test
  void rotationLeavesPacksAsTheyAreAndTheOldKeyOutside() throws IOException {
    String firstRecovery;
    String secondRecovery;
    FolderPool.Created created = create(PoolKind.STANDARD);
    firstRecovery = created.recoveryKey().orElseThrow();
    Path newKeyFile = scratch.resolve("new.key");
    Files.write(newKeyFile, new byte[32]);
    byte[] before;
    try (Pool pool = created.pool()) {
      backup(pool, POINT);
      before = Files.readAllBytes(packs().get(0));
      pool.keyring().replace(PoolSecret.keyFile(newKeyFile));
      secondRecovery = pool.keyring().replaceRecoveryKey();
    }

    assertEquals(
        ErrorCode.POOL_KEY_WRONG, code(() -> open(PoolSecret.keyFile(keyFile))), "the old file");
    assertEquals(ErrorCode.POOL_KEY_WRONG, code(() -> open(PoolSecret.recoveryKey(firstRecovery))));
    assertArrayEquals(before, Files.readAllBytes(packs().get(0)));
    for (PoolSecret secret :
        List.of(PoolSecret.keyFile(newKeyFile), PoolSecret.recoveryKey(secondRecovery))) {
      try (Pool pool = open(secret)) {
        assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
      }
    }
  }

  @Test
  void theLastWayInCannotBeRemoved() {
    try (Pool pool = create(PoolKind.STANDARD).pool()) {
      assertEquals(
          List.of(SecretKind.KEY_FILE, SecretKind.RECOVERY_KEY),
          pool.keyring().list().stream().map(KeySlotFacts::kind).toList());
      pool.keyring().remove(SecretKind.RECOVERY_KEY);
      assertEquals(ErrorCode.POOL_LAST_KEY, code(() -> pool.keyring().remove(SecretKind.KEY_FILE)));
      pool.keyring().replace(PoolSecret.passphrase(PASSPHRASE.toCharArray()));
      pool.keyring().remove(SecretKind.KEY_FILE);
      assertEquals(
          ErrorCode.POOL_LAST_KEY, code(() -> pool.keyring().remove(SecretKind.PASSPHRASE)));
    }

    assertEquals(ErrorCode.POOL_KEY_WRONG, code(() -> open(PoolSecret.keyFile(keyFile))));
    open(PoolSecret.passphrase(PASSPHRASE.toCharArray())).close();
  }

  @Test
  void aPoolOpenedToBeListedTakesItsKeyLater() {
    try (Pool pool = create(PoolKind.DEDUP).pool()) {
      backup(pool, POINT);
    }

    try (Pool pool = FolderPool.open(folder, POOL_ID, Clock.systemUTC())) {
      assertTrue(pool.keyring().isLocked());
      assertEquals(
          ErrorCode.POOL_KEY_NEEDED, code(() -> pool.keyring().remove(SecretKind.RECOVERY_KEY)));
      try (PoolSecret wrong = PoolSecret.passphrase("not the passphrase".toCharArray())) {
        assertEquals(ErrorCode.POOL_KEY_WRONG, code(() -> pool.keyring().unlock(wrong)));
      }
      assertTrue(pool.keyring().isLocked());
      try (PoolSecret right = PoolSecret.keyFile(keyFile)) {
        pool.keyring().unlock(right);
        pool.keyring().unlock(right);
      }
      assertArrayEquals(disk, Backups.restore(pool, POINT, DISK));
      backup(pool, OTHER);
    }
  }

  @Test
  void aPoolThatIsNotEncryptedHasNoKeys() {
    try (Pool pool =
            FolderPool.create(folder, new PoolSettings(POOL_ID, "p", CHUNK), Clock.systemUTC());
        PoolSecret secret = PoolSecret.keyFile(keyFile)) {
      assertFalse(pool.keyring().isLocked());
      assertEquals(List.of(), pool.keyring().list());
      pool.keyring().unlock(secret);
      assertEquals(ErrorCode.POOL_NOT_ENCRYPTED, code(() -> pool.keyring().replace(secret)));
    }
  }

  /** Crashes and repeated writes at the same offsets included: a nonce is never seen twice. */
  @Test
  void noTwoRecordsShareANonceWhateverIsWrittenAgain() throws IOException {
    Set<String> sealed = new HashSet<>();
    int records = 0;
    create(PoolKind.STANDARD).pool().close();
    for (int attempt = 0; attempt < 4; attempt++) {
      try (Pool pool = open(PoolSecret.keyFile(keyFile))) {
        BackupSession session =
            pool.reopenSession(POINT)
                .orElseGet(() -> pool.beginSession(Backups.full(POINT, Map.of(DISK, disk))));
        if (session.plan(DISK).isEmpty()) {
          session.storePlan(
              DISK, Gap.ZERO, List.of(Backups.plan(disk.length, CHUNK, Backups.whole(disk))));
        }
        for (long ordinal = 0; ordinal < 3; ordinal++) {
          Backups.transfer(session.stream(DISK, 0), ordinal, disk);
        }
        session.stream(DISK, 0).sync();
      }
      // The journal is lost: the next process cuts the pack and writes the same chunks again.
      try (var journal =
          Files.newByteChannel(
              folder.resolve("sessions/" + POINT + "/0-0.journal"), StandardOpenOption.WRITE)) {
        journal.truncate(64);
      }
      ByteBuffer pack =
          ByteBuffer.wrap(Files.readAllBytes(folder.resolve("sessions/" + POINT + "/0-0-0.pack")));
      int at = 64;
      while (at + 88 <= pack.capacity() && pack.getInt(at) == 0x48464352) {
        assertTrue(sealed.add(Arrays.toString(Arrays.copyOfRange(pack.array(), at + 48, at + 76))));
        records++;
        at += 88 + pack.getInt(at + 12);
      }
    }
    assertTrue(records >= 32, "only " + records);
  }

  @Test
  void mistypedRecoveryKeysAndWeakSecretsAreRefused() throws IOException {
    String right = RecoveryKeyText.format(new byte[32]);
    for (int i = 5; i < right.length(); i++) {
      if (right.charAt(i) != '-') {
        String mistyped = right.substring(0, i) + "7" + right.substring(i + 1);
        assertEquals(ErrorCode.INVALID_VALUE, code(() -> PoolSecret.recoveryKey(mistyped)));
      }
    }
    assertArrayEquals(new byte[32], RecoveryKeyText.parse(right.replace("-", " ")));
    Files.write(keyFile, new byte[31]);
    assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, code(() -> PoolSecret.keyFile(keyFile)));
    try (PoolSecret weak = PoolSecret.passphrase("elevenchars".toCharArray())) {
      assertEquals(ErrorCode.PASSPHRASE_TOO_SHORT, code(weak::requireStrong));
      assertFalse(weak.toString().contains("eleven"));
    }
  }
}
