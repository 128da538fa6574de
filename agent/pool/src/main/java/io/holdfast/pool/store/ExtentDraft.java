package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.pack.PackPlace;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An extent on its way into a stream: what is known of each chunk, and the records of those that
 * have to be stored. Made to be used again and again: its buffer (a planned extent and headers) is
 * the only memory that counts. Used by one thread at a time.
 *
 * <p>Way of a chunk: {@code UNKNOWN → ZERO | BASE | IDENTIFIED}, then {@code IDENTIFIED → BASE |
 * KNOWN | RECORD}. {@link StreamWriter#append} takes drafts without UNKNOWN and IDENTIFIED.
 */
public final class ExtentDraft {
  /** What is known of a chunk. */
  public enum State {
    UNKNOWN,
    /** Only zeros. */
    ZERO,
    /** As in the base restore point. */
    BASE,
    /** Its id is known. */
    IDENTIFIED,
    /** It is in the pool already. */
    KNOWN,
    /** Its record is in the draft. */
    RECORD
  }

  private static final ByteBuffer NO_RECORDS = ByteBuffer.allocateDirect(0);

  private long ordinal = -1;
  private int count;
  private State[] states = {};
  private ChunkId[] ids = {};
  private PackPlace[] places = {};
  private int[] starts = {};
  private int[] lengths = {};
  private ByteBuffer records = NO_RECORDS;

  /** Begins an extent; what was in the draft is forgotten. */
  public void begin(long extentOrdinal, int chunkCount) {
    ordinal = extentOrdinal;
    count = chunkCount;
    if (states.length < chunkCount) {
      states = new State[chunkCount];
      ids = new ChunkId[chunkCount];
      places = new PackPlace[chunkCount];
      starts = new int[chunkCount];
      lengths = new int[chunkCount];
    }
    Arrays.fill(states, 0, chunkCount, State.UNKNOWN);
    records.clear();
  }

  public long ordinal() {
    return ordinal;
  }

  /** Chunks in the extent's span. */
  public int chunkCount() {
    return count;
  }

  public State state(int chunk) {
    return states[chunk];
  }

  /** The id of an IDENTIFIED, KNOWN or RECORD chunk. */
  public ChunkId id(int chunk) {
    return ids[chunk];
  }

  /** Where a KNOWN chunk is. */
  public PackPlace place(int chunk) {
    return places[chunk];
  }

  /** The chunk is zero. */
  public void zero(int chunk) {
    states[chunk] = State.ZERO;
  }

  /** The chunk is as in the base restore point. */
  public void base(int chunk) {
    states[chunk] = State.BASE;
  }

  /** The chunk's id. */
  public void identified(int chunk, ChunkId id) {
    ids[chunk] = id;
    states[chunk] = State.IDENTIFIED;
  }

  /** An identified chunk is in the pool. */
  public void known(int chunk, PackPlace place) {
    places[chunk] = place;
    states[chunk] = State.KNOWN;
  }

  /** Encodes an identified chunk into the draft. */
  public void encode(int chunk, ByteBuffer plain, ChunkStage stage) {
    reserve(stage.roomBytes());
    int start = records.position();
    int length = stage.encode(ids[chunk], plain, records);
    noteRecord(chunk, start, length);
  }

  /**
   * Takes a record that was encoded elsewhere.
   *
   * @param record header and stored bytes, remaining; its position stays
   */
  public void record(int chunk, ByteBuffer record) {
    reserve(record.remaining());
    int start = records.position();
    records.put(record.duplicate());
    ids[chunk] = ChunkRecord.read(records, start).id();
    noteRecord(chunk, start, records.position() - start);
  }

  /**
   * Room for records that come from elsewhere, behind those that are there; the caller fills all of
   * it, then names each record by {@link #recordAt}.
   */
  public ByteBuffer room(int bytes) {
    reserve(bytes);
    int start = records.position();
    records.position(start + bytes);
    return records.slice(start, bytes);
  }

  /**
   * A record that lies in {@link #room}.
   *
   * @param start behind the beginning of the draft's first room
   */
  public void recordAt(int chunk, ChunkId id, int start, int length) {
    ids[chunk] = id;
    noteRecord(chunk, start, length);
  }

  private void noteRecord(int chunk, int start, int length) {
    starts[chunk] = start;
    lengths[chunk] = length;
    states[chunk] = State.RECORD;
  }

  /** Room for the whole extent at once, so that the buffer is not made anew per chunk. */
  void reserveExtent(long spanBytes, int roomBytes) {
    long needed = spanBytes + (long) count * ChunkRecord.HEADER_BYTES + roomBytes;
    reserve(Math.toIntExact(needed));
  }

  private void reserve(int bytes) {
    if (records.remaining() < bytes) {
      int used = records.position();
      ByteBuffer larger =
          ByteBuffer.allocateDirect(Math.max(used + bytes, used + records.capacity() / 2));
      records = larger.put(records.flip());
    }
  }

  /** Length of a RECORD chunk's record, its header included. */
  int recordBytes(int chunk) {
    return lengths[chunk];
  }

  /** The records of consecutive RECORD chunks as they lie behind each other. */
  ByteBuffer records(int firstChunk, int lastChunk) {
    int end = starts[lastChunk] + lengths[lastChunk];
    return records.duplicate().limit(end).position(starts[firstChunk]);
  }

  /** Length of the record of a RECORD chunk, its header included. */
  public int recordLength(int chunk) {
    return lengths[chunk];
  }

  /** All records of the draft behind each other, in the order they were made. */
  public ByteBuffer allRecords() {
    return records.duplicate().flip();
  }

  /** An identified chunk is in the pool, the pool's agent says; it will find the place itself. */
  public void knownThere(int chunk) {
    states[chunk] = State.KNOWN;
  }

  /** Whether two RECORD chunks' records lie behind each other without a gap. */
  boolean adjoin(int chunk, int next) {
    return starts[chunk] + lengths[chunk] == starts[next];
  }
}
