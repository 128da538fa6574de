package io.holdfast.pool.key;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.document.KeySlot;
import io.holdfast.pool.document.KeySlotKind;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key slots of an encrypted pool (POOL-10). Not thread-safe.
 *
 * <p>What holds after a crash: at every moment at least one slot is there that was before, so a
 * rotation that was cut short leaves the old key, the new one, or both.
 */
public final class KeySlots {
  private static final Logger LOG = LoggerFactory.getLogger(KeySlots.class);
  private static final int FIRST_KEY = 1;
  private static final String SUFFIX = ".key";

  private final PoolScope scope;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public KeySlots(PoolScope scope, Clock clock) {
    this.scope = scope;
    this.clock = clock;
  }

  /**
   * Makes keys for a pool that is being created: one slot for the secret, one for a recovery key.
   * Slots of an interrupted creation are replaced; there was no pool to open with them.
   *
   * @return the recovery key, which is stored nowhere: show it once
   */
  public String create(PoolSecret secret) {
    secret.requireStrong();
    for (long old : numbers()) {
      scope.files().delete(file(old));
    }
    scope.files().createFolder(scope.tree().keys());
    scope.files().syncFolder(scope.tree().root());
    byte[] recovery = new byte[RecoveryKeyText.KEY_BYTES];
    random.nextBytes(recovery);
    try (PoolKeys keys = PoolKeys.random(FIRST_KEY, random);
        PoolSecret recoverySecret = PoolSecret.recoveryKey(recovery)) {
      String text = RecoveryKeyText.format(recovery);
      store(0, wrapping().wrap(keys, secret, random, clock));
      store(1, wrapping().wrap(keys, recoverySecret, random, clock));
      return text;
    }
  }

  private KeyWrapping wrapping() {
    return new KeyWrapping(scope.poolId());
  }

  private void store(long number, KeySlot slot) {
    FileHeader header = FileHeader.of(FileKind.KEY_SLOT, scope, scope.poolId(), 0);
    DocumentFile.write(scope.files(), file(number), header, slot);
  }

  private Path file(long number) {
    return scope.tree().keys().resolve(number + SUFFIX);
  }

  /** The ways into the pool that can be read, by number. */
  public List<KeySlotFacts> list() {
    return slots().entrySet().stream()
        .flatMap(
            slot ->
                SecretKind.of(slot.getValue().getKind()).stream()
                    .map(
                        kind ->
                            new KeySlotFacts(
                                slot.getKey(),
                                kind,
                                Instant.ofEpochMilli(slot.getValue().getCreatedEpochMillis()))))
        .toList();
  }

  /**
   * Removes every secret of a kind. Does nothing when there is none.
   *
   * @throws BackupException POOL_LAST_KEY when no readable secret of another kind would be left
   */
  public void remove(SecretKind kind) {
    Map<Long, KeySlot> all = slots();
    boolean otherLeft =
        all.values().stream()
            .anyMatch(
                slot ->
                    slot.getKind() != kind.stored() && SecretKind.of(slot.getKind()).isPresent());
    if (!otherLeft) {
      throw BackupException.of(ErrorCode.POOL_LAST_KEY, "key", kind, "folder", scope.tree().root());
    }
    all.entrySet().stream()
        .filter(slot -> slot.getValue().getKind() == kind.stored())
        .forEach(slot -> scope.files().delete(file(slot.getKey())));
    scope.files().syncFolder(scope.tree().keys());
  }

  private Iterable<Long> numbers() {
    return scope.files().list(scope.tree().keys()).stream()
        .filter(name -> name.matches("[0-9]{1,9}\\.key"))
        .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX.length())))
        .sorted()
        .toList();
  }

  private Map<Long, KeySlot> slots() {
    Map<Long, KeySlot> result = new TreeMap<>();
    for (long number : numbers()) {
      try {
        result.put(number, read(number));
      } catch (CorruptionException damaged) {
        LOG.warn("A way to open the pool is lost: {}", damaged.getMessage());
      }
    }
    return result;
  }

  private KeySlot read(long number) {
    DocumentFile<KeySlot> document =
        DocumentFile.read(scope.files(), file(number), FileKind.KEY_SLOT, KeySlot.parser());
    document.header().expect(scope.poolId(), scope.poolId(), file(number));
    return document.body();
  }

  /**
   * The pool's keys.
   *
   * @throws BackupException POOL_KEY_WRONG when no slot can be opened with the secret
   */
  public PoolKeys open(PoolSecret secret) {
    for (KeySlot slot : slots().values()) {
      Optional<PoolKeys> keys = wrapping().unwrap(slot, secret);
      if (keys.isPresent()) {
        return keys.get();
      }
    }
    throw BackupException.of(ErrorCode.POOL_KEY_WRONG, "folder", scope.tree().root());
  }

  /** The wrapped keys as they lie in the pool, for a host that unwraps them elsewhere. */
  public List<ByteString> wrapped() {
    return slots().values().stream().map(KeySlot::toByteString).toList();
  }

  /**
   * The keys of a pool that is on another host.
   *
   * @param wrapped by {@link #wrapped} there; one that is unreadable opens nothing
   * @return empty when no slot can be opened with the secret
   */
  public static Optional<PoolKeys> unwrap(
      UUID poolId, List<ByteString> wrapped, PoolSecret secret) {
    KeyWrapping wrapping = new KeyWrapping(poolId);
    for (ByteString slot : wrapped) {
      try {
        Optional<PoolKeys> keys = wrapping.unwrap(KeySlot.parseFrom(slot), secret);
        if (keys.isPresent()) {
          return keys;
        }
      } catch (InvalidProtocolBufferException unreadable) {
        LOG.warn(
            "A key slot that came from another host is unreadable: {}", unreadable.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Makes a secret the only one of its kind that opens the pool. Packs are not touched. The new
   * slot is read back before the old ones go.
   *
   * @param keys the pool's, open
   */
  public void replace(PoolKeys keys, PoolSecret secret) {
    secret.requireStrong();
    Map<Long, KeySlot> before = slots();
    long number = 0;
    for (long taken : numbers()) {
      number = taken + 1;
    }
    store(number, wrapping().wrap(keys, secret, random, clock));
    try (PoolKeys again =
        wrapping()
            .unwrap(read(number), secret)
            .orElseThrow(() -> new IllegalStateException("a new key slot does not open"))) {
      LOG.debug("{} can be opened again", again);
    }
    KeySlotKind kind = secret.kind();
    before.entrySet().stream()
        .filter(slot -> slot.getValue().getKind() == kind)
        .forEach(slot -> scope.files().delete(file(slot.getKey())));
    scope.files().syncFolder(scope.tree().keys());
  }

  /**
   * Makes a new recovery key; the old one opens the pool no more.
   *
   * @return the new one, which is stored nowhere: show it once
   */
  public String replaceRecoveryKey(PoolKeys keys) {
    byte[] recovery = new byte[RecoveryKeyText.KEY_BYTES];
    random.nextBytes(recovery);
    try (PoolSecret secret = PoolSecret.recoveryKey(recovery)) {
      String text = RecoveryKeyText.format(recovery);
      replace(keys, secret);
      return text;
    }
  }
}
