package io.holdfast.pool.chunk;

import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.cipher.RecordCipher;
import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;

/**
 * Makes encrypted records (OPT-17). Not thread-safe; keeps a buffer for what is compressed and not
 * yet encrypted.
 */
final class RecordSealing {
  /** What the cipher needs behind the stored bytes for a moment. */
  static final int ROOM_BYTES = RecordCipher.TAG_BYTES;

  private final int keyNumber;
  private final RecordCipher cipher;
  private final ByteBuffer scratch;

  RecordSealing(PoolKeys keys, int maxStoredBytes) {
    this.keyNumber = keys.keyNumber();
    this.cipher = new RecordCipher(keys);
    this.scratch = ByteBuffer.allocateDirect(maxStoredBytes);
  }

  /** The buffer, cleared. */
  ByteBuffer scratch() {
    return scratch.clear();
  }

  /**
   * Appends the record of a chunk.
   *
   * @param open compressed bytes, remaining
   * @return length of the record
   */
  int seal(ChunkId id, Codec codec, int plainLength, ByteBuffer open, ByteBuffer into) {
    int at = into.position();
    int body = at + ChunkRecord.HEADER_BYTES;
    int stored = open.remaining();
    ChunkRecord bare =
        new ChunkRecord(codec.number(), ChunkRecord.SEALED, keyNumber, plainLength, stored, id, 0);
    bare.write(into, at);
    ByteBuffer target = into.duplicate().position(body);
    byte[] nonce = cipher.encrypt(id.bytes(), ChunkRecord.authenticated(into, at), open, target);
    byte[] tag = new byte[RecordCipher.TAG_BYTES];
    into.get(body + stored, tag);
    int crc = Checksums.crc32c(into, body, body + stored);
    bare.withStoredCrc(crc).write(into, at);
    ChunkRecord.putSeal(into, at, nonce, tag);
    into.position(body + stored);
    return ChunkRecord.HEADER_BYTES + stored;
  }
}
