package io.holdfast.pool.pack;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * An entry of a pack's directory, 52 bytes.
 *
 * @param offset of the record header in the pack
 * @param record what the record's header says
 */
public record PackEntry(long offset, ChunkRecord record) {
  /** Length of an entry. */
  static final int BYTES = 52;

  void write(ByteBuffer into) {
    record.id().write(into);
    into.putInt((int) offset);
    into.putInt(record.storedLength());
    into.putInt(record.plainLength());
    into.put((byte) record.codec()).put((byte) record.flags());
    into.putShort((short) record.keyNumber());
    into.putInt(record.storedCrc());
  }

  static PackEntry read(ByteBuffer from, int at) {
    ChunkId id = ChunkId.read(from, at);
    ChunkRecord record =
        new ChunkRecord(
            Byte.toUnsignedInt(from.get(at + 44)),
            Byte.toUnsignedInt(from.get(at + 45)),
            Short.toUnsignedInt(from.getShort(at + 46)),
            from.getInt(at + 40),
            from.getInt(at + 36),
            id,
            from.getInt(at + 48));
    return new PackEntry(Integer.toUnsignedLong(from.getInt(at + 32)), record);
  }

  /** Where the record lies, in a pack. */
  public PackPlace place(UUID packId) {
    return new PackPlace(packId, offset, record.storedLength());
  }

  /** First byte after the record. */
  public long end() {
    return offset + record.recordBytes();
  }
}
