package io.holdfast.pool.key;

import com.google.protobuf.ByteString;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.document.KeySlot;
import io.holdfast.pool.document.KeySlotKind;
import io.holdfast.pool.format.FileHeader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * Wraps a pool's keys with a secret: AES-256-GCM under a key made of the secret, by scrypt from a
 * passphrase (32 MiB and about a tenth of a second a guess), by HMAC from what is random anyway.
 */
final class KeyWrapping {
  private static final int SALT_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int COST = 1 << 15;
  private static final int MAX_COST = 1 << 20;
  private static final int BLOCK = 8;
  private static final int PARALLEL = 1;

  private final UUID poolId;

  KeyWrapping(UUID poolId) {
    this.poolId = poolId;
  }

  KeySlot wrap(PoolKeys keys, PoolSecret secret, SecureRandom random, Clock clock) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    KeySlot.Builder slot =
        KeySlot.newBuilder()
            .setKind(secret.kind())
            .setKeyNumber(keys.keyNumber())
            .setSalt(ByteString.copyFrom(salt))
            .setNonce(ByteString.copyFrom(nonce))
            .setCreatedEpochMillis(clock.millis());
    if (secret.kind() == KeySlotKind.KEY_SLOT_PASSPHRASE) {
      slot.setScryptCost(COST).setScryptBlock(BLOCK).setScryptParallel(PARALLEL);
    }
    byte[] material = keys.material();
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, slot.build(), secret);
      return slot.setWrapped(ByteString.copyFrom(cipher.doFinal(material))).build();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refuses to encrypt", impossible);
    } finally {
      Arrays.fill(material, (byte) 0);
    }
  }

  /** The keys, when the secret is the slot's. */
  Optional<PoolKeys> unwrap(KeySlot slot, PoolSecret secret) {
    if (slot.getKind() != secret.kind() || !isSensible(slot)) {
      return Optional.empty();
    }
    try {
      byte[] material =
          cipher(Cipher.DECRYPT_MODE, slot, secret).doFinal(slot.getWrapped().toByteArray());
      return Optional.of(new PoolKeys(slot.getKeyNumber(), material));
    } catch (AEADBadTagException wrongSecret) {
      return Optional.empty();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refuses to decrypt", impossible);
    }
  }

  private static boolean isSensible(KeySlot slot) {
    boolean passphrase = slot.getKind() == KeySlotKind.KEY_SLOT_PASSPHRASE;
    boolean cost =
        Integer.bitCount(slot.getScryptCost()) == 1
            && slot.getScryptCost() > 1
            && slot.getScryptCost() <= MAX_COST
            && slot.getScryptBlock() >= 1
            && slot.getScryptBlock() <= 32
            && slot.getScryptParallel() >= 1
            && slot.getScryptParallel() <= 16;
    return slot.getNonce().size() == NONCE_BYTES
        && slot.getWrapped().size() == PoolKeys.MATERIAL_BYTES + TAG_BITS / 8
        && (!passphrase || cost);
  }

  private Cipher cipher(int mode, KeySlot slot, PoolSecret secret) throws GeneralSecurityException {
    byte[] key = keyOf(slot, secret);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(TAG_BITS, slot.getNonce().toByteArray()));
      cipher.updateAAD(additional(slot));
      return cipher;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] keyOf(KeySlot slot, PoolSecret secret) throws GeneralSecurityException {
    byte[] salt = slot.getSalt().toByteArray();
    if (slot.getKind() == KeySlotKind.KEY_SLOT_PASSPHRASE) {
      return SCrypt.generate(
          secret.bytes(),
          salt,
          slot.getScryptCost(),
          slot.getScryptBlock(),
          slot.getScryptParallel(),
          PoolKeys.KEY_BYTES);
    }
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(salt, "HmacSHA256"));
    return mac.doFinal(secret.bytes());
  }

  /** Pool id, kind, key number: a slot cannot be passed off as another pool's. */
  private ByteBuffer additional(KeySlot slot) {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 2 * Integer.BYTES);
    FileHeader.putUuid(bytes, poolId);
    return bytes.putInt(slot.getKindValue()).putInt(slot.getKeyNumber()).flip();
  }
}
