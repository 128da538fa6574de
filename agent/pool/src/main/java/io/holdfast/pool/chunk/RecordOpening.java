package io.holdfast.pool.chunk;

import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.cipher.RecordCipher;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decrypts records (OPT-17). Not thread-safe; keeps two arrays of the longest chunk so far. */
final class RecordOpening {
  private final RecordCipher cipher;
  private final int keyNumber;
  private byte[] sealed = {};
  private byte[] open = {};

  RecordOpening(PoolKeys keys) {
    this.cipher = new RecordCipher(keys);
    this.keyNumber = keys.keyNumber();
  }

  /**
   * Decrypts the stored bytes of a checked record.
   *
   * @return valid until the next call; empty when the tag is wrong
   */
  Optional<ByteBuffer> open(ByteBuffer record, ChunkRecord header) {
    int stored = header.storedLength();
    if (header.keyNumber() != keyNumber) {
      return Optional.empty();
    }
    if (open.length < stored) {
      open = new byte[stored];
      sealed = new byte[stored + RecordCipher.TAG_BYTES];
    }
    record.get(ChunkRecord.HEADER_BYTES, sealed, 0, stored);
    byte[] nonce = ChunkRecord.seal(record, sealed, stored);
    boolean right =
        cipher.decrypt(
            header.id().bytes(),
            nonce,
            ChunkRecord.authenticated(record, 0),
            ByteBuffer.wrap(sealed, 0, stored + RecordCipher.TAG_BYTES),
            ByteBuffer.wrap(open));
    return right ? Optional.of(ByteBuffer.wrap(open, 0, stored)) : Optional.empty();
  }
}
