package io.holdfast.pool.chunk;

import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;

/** Computes chunk ids. Not thread-safe. */
public final class ChunkHasher {
  private final MessageDigest digest = Checksums.sha256();
  private final byte[] bytes = new byte[ChunkId.BYTES];
  private final ByteBuffer view = ByteBuffer.wrap(bytes);

  /** The id of the remaining bytes; the position stays. */
  public ChunkId id(ByteBuffer plain) {
    digest.reset();
    digest.update(plain.duplicate());
    try {
      digest.digest(bytes, 0, bytes.length);
    } catch (DigestException impossible) {
      throw new IllegalStateException("the array holds a SHA-256", impossible);
    }
    return ChunkId.read(view, 0);
  }
}
