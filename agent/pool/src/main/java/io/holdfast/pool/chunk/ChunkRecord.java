package io.holdfast.pool.chunk;

import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;

/**
 * The header of a chunk record: 88 bytes before the stored bytes.
 *
 * @param codec number of the codec
 * @param flags {@link #SEALED} or 0
 * @param keyNumber key of the encryption; 0 for none
 * @param plainLength of the chunk
 * @param storedLength of the bytes after the header
 * @param id of the chunk
 * @param storedCrc CRC32C of the stored bytes
 */
public record ChunkRecord(
    int codec,
    int flags,
    int keyNumber,
    int plainLength,
    int storedLength,
    ChunkId id,
    int storedCrc) {
  /** Length of the header. */
  public static final int HEADER_BYTES = 88;

  /** Flags of a record whose stored bytes are encrypted and whose id is an HMAC. */
  public static final int SEALED = 3;

  private static final int MAGIC = 0x48464352;
  private static final int NONCE_AND_TAG_BYTES = 28;
  private static final int NONCE_OFFSET = 48;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_OFFSET = 60;
  private static final int TAG_BYTES = 16;
  private static final int CRC_OFFSET = 84;

  /** Writes the header at {@code at}; position and limit stay. */
  void write(ByteBuffer buffer, int at) {
    ByteBuffer into = buffer.duplicate();
    into.limit(at + HEADER_BYTES).position(at);
    into.putInt(MAGIC);
    into.put((byte) codec).put((byte) flags).putShort((short) keyNumber);
    into.putInt(plainLength).putInt(storedLength);
    id.write(into);
    for (int i = 0; i < NONCE_AND_TAG_BYTES; i++) {
      into.put((byte) 0);
    }
    into.putInt(storedCrc);
    into.putInt(0);
    into.putInt(Checksums.crc32c(into, at, at + CRC_OFFSET));
  }

  /** The same with another checksum of the stored bytes. */
  ChunkRecord withStoredCrc(int crc) {
    return new ChunkRecord(codec, flags, keyNumber, plainLength, storedLength, id, crc);
  }

  /** The part of a header that the tag covers: what is known before the bytes are encrypted. */
  static ByteBuffer authenticated(ByteBuffer buffer, int at) {
    return buffer.duplicate().limit(at + NONCE_OFFSET).position(at);
  }

  /** Puts nonce and tag into a header that is written already. */
  static void putSeal(ByteBuffer buffer, int at, byte[] nonce, byte[] tag) {
    buffer.put(at + NONCE_OFFSET, nonce);
    buffer.put(at + TAG_OFFSET, tag);
    buffer.putInt(at + CRC_OFFSET, Checksums.crc32c(buffer, at, at + CRC_OFFSET));
  }

  /** The nonce of the header at 0; the tag is put into an array. */
  static byte[] seal(ByteBuffer buffer, byte[] tagInto, int tagAt) {
    byte[] nonce = new byte[NONCE_BYTES];
    buffer.get(NONCE_OFFSET, nonce);
    buffer.get(TAG_OFFSET, tagInto, tagAt, TAG_BYTES);
    return nonce;
  }

  /** Whether a valid header lies at {@code at}. */
  public static boolean isValid(ByteBuffer buffer, int at) {
    return buffer.limit() - at >= HEADER_BYTES
        && buffer.getInt(at) == MAGIC
        && buffer.getInt(at + CRC_OFFSET) == Checksums.crc32c(buffer, at, at + CRC_OFFSET);
  }

  /** Reads a header that {@link #isValid}; the position stays. */
  public static ChunkRecord read(ByteBuffer buffer, int at) {
    return new ChunkRecord(
        Byte.toUnsignedInt(buffer.get(at + 4)),
        Byte.toUnsignedInt(buffer.get(at + 5)),
        Short.toUnsignedInt(buffer.getShort(at + 6)),
        buffer.getInt(at + 8),
        buffer.getInt(at + 12),
        ChunkId.read(buffer, at + 16),
        buffer.getInt(at + 76));
  }

  /** Header and stored bytes. */
  public long recordBytes() {
    return HEADER_BYTES + Integer.toUnsignedLong(storedLength);
  }
}
