package io.holdfast.pool.chunk;

import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/** Computes chunk ids: SHA-256, in an encrypted pool HMAC-SHA-256. Not thread-safe. */
public final class ChunkHasher {
  private final MessageDigest digest = Checksums.sha256();
  private final Optional<Mac> mac;
  private final byte[] bytes = new byte[ChunkId.BYTES];
  private final ByteBuffer view = ByteBuffer.wrap(bytes);

  /** Of a pool that is not encrypted. */
  public ChunkHasher() {
    this(Optional.empty());
  }

  /**
   * @param keys of an encrypted pool
   */
  public ChunkHasher(Optional<PoolKeys> keys) {
    this.mac = keys.map(PoolKeys::idMac);
  }

  /** The id of the remaining bytes; the position stays. */
  public ChunkId id(ByteBuffer plain) {
    try {
      if (mac.isPresent()) {
        mac.get().update(plain.duplicate());
        mac.get().doFinal(bytes, 0);
      } else {
        digest.reset();
        digest.update(plain.duplicate());
        digest.digest(bytes, 0, bytes.length);
      }
    } catch (DigestException | ShortBufferException impossible) {
      throw new IllegalStateException("the array holds 32 bytes", impossible);
    }
    return ChunkId.read(view, 0);
  }
}
