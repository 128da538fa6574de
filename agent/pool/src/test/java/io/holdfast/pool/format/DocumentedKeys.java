package io.holdfast.pool.format;

import io.holdfast.pool.document.KeySlot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Decrypts as the format's description says, with nothing of the engine. */
final class DocumentedKeys {
  private final byte[] dataKey;
  private final byte[] idKey;

  private DocumentedKeys(byte[] dataKey, byte[] idKey) {
    this.dataKey = dataKey;
    this.idKey = idKey;
  }

  /** From a slot of kind recovery key and the key's 32 bytes. */
  static DocumentedKeys of(KeySlot slot, byte[] recoveryKey) throws GeneralSecurityException {
    byte[] wrapping = hmac(slot.getSalt().toByteArray(), recoveryKey);
    ByteBuffer additional = ByteBuffer.allocate(24);
    additional.putLong(GoldenPools.POOL_ID.getMostSignificantBits());
    additional.putLong(GoldenPools.POOL_ID.getLeastSignificantBits());
    additional.putInt(3).putInt(1);
    byte[] both =
        gcm(
            wrapping,
            slot.getNonce().toByteArray(),
            additional.array(),
            slot.getWrapped().toByteArray());
    return new DocumentedKeys(Arrays.copyOf(both, 32), Arrays.copyOfRange(both, 32, 64));
  }

  private static byte[] hmac(byte[] key, byte[]... parts) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static byte[] gcm(byte[] key, byte[] nonce, byte[] additional, byte[] sealed)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(additional);
    return cipher.doFinal(sealed);
  }

  byte[] id(byte[] plain) {
    try {
      return hmac(idKey, plain);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The stored bytes of the record at an offset of a pack. */
  byte[] decrypt(byte[] pack, int record, int stored) {
    try {
      byte[] label = "holdfast chunk 1".getBytes(StandardCharsets.US_ASCII);
      byte[] key = hmac(dataKey, label, Arrays.copyOfRange(pack, record + 16, record + 48));
      byte[] sealed = Arrays.copyOfRange(pack, record + 88, record + 88 + stored + 16);
      System.arraycopy(pack, record + 60, sealed, stored, 16);
      return gcm(
          key,
          Arrays.copyOfRange(pack, record + 48, record + 60),
          Arrays.copyOfRange(pack, record, record + 48),
          sealed);
    } catch (GeneralSecurityException wrong) {
      throw new IllegalStateException("not as documented: encryption", wrong);
    }
  }
}
