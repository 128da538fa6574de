package io.holdfast.agent.storage.host;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.ExtentChunks;
import io.holdfast.agent.protocol.ExtentRecordsHead;
import io.holdfast.agent.storage.DraftTexts;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.transfer.PoolUse;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkDecoder;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.ExtentDraft;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.StreamWriter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stream whose chunks are made on another host. Nothing that comes is believed: every record is
 * compared with its own header and checksum and with the plan before a byte of it is stored.
 * Thread-safe.
 */
public final class StoredStream {
  /** Extents that were looked up and whose records have not come yet. */
  private static final int MAX_RESOLVED = 64;

  private final StreamWriter writer;
  private final Place place;
  private final int chunkBytes;
  private final PoolUse pool;
  private final Map<Long, ExtentDraft> resolved =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ExtentDraft> eldest) {
          return size() > MAX_RESOLVED;
        }
      };

  /**
   * Names for messages.
   *
   * @param agent this one
   * @param diskKey whose stream it is
   */
  record Place(String agent, String diskKey) {}

  StoredStream(StreamWriter writer, Place place, int chunkBytes, PoolUse pool) {
    this.writer = writer;
    this.place = place;
    this.chunkBytes = chunkBytes;
    this.pool = pool;
  }

  public StreamWriter writer() {
    return writer;
  }

  /** Says which chunks need not come, and remembers where they are until the rest has come. */
  public ExtentChunks resolve(ExtentChunks asked) {
    ExtentDraft draft = new ExtentDraft();
    new Taking(asked, requirePlanned(asked)).begin(draft);
    writer.resolve(draft);
    synchronized (resolved) {
      resolved.put(draft.ordinal(), draft);
    }
    return ExtentChunks.newBuilder()
        .setOrdinal(draft.ordinal())
        .setStates(DraftTexts.states(draft))
        .build();
  }

  private PlanItem requirePlanned(ExtentChunks chunks) {
    PlanItem item = writer.item(chunks.getOrdinal());
    long expected = (item.span().length() + chunkBytes - 1) / chunkBytes;
    if (chunks.getStates().size() != expected) {
      throw refused(
          chunks.getOrdinal(),
          Reason.of(ReasonCode.CHUNK_COUNT, "count", chunks.getStates().size()));
    }
    return item;
  }

  private BackupException refused(long ordinal, String why) {
    return BackupException.of(
        ErrorCode.RECORD_REFUSED,
        "agent",
        place.agent(),
        "disk",
        place.diskKey(),
        "ordinal",
        ordinal,
        "cause",
        why);
  }

  /**
   * Does nothing while the pool may store the extent, or has it; may measure the pool.
   *
   * @throws BackupException POOL_QUOTA_REACHED
   */
  public void requireRoom(RecordMessage<ExtentRecordsHead> message) {
    if (!writer.covers(message.head().getChunks().getOrdinal())) {
      pool.requireRoom();
    }
  }

  /**
   * Stores an extent that there is {@link #requireRoom room} for. One that is stored already is
   * answered from the journal.
   *
   * @param draft takes the records; may be used again when this returns
   * @throws BackupException RECORD_REFUSED, and then nothing of the extent is stored;
   *     SESSION_NOT_OPEN when a chunk that need not come is gone
   */
  public ExtentResult append(RecordMessage<ExtentRecordsHead> message, ExtentDraft draft) {
    ExtentChunks chunks = message.head().getChunks();
    if (writer.covers(chunks.getOrdinal())) {
      return writer.receipt(chunks.getOrdinal());
    }
    Taking taking = new Taking(chunks, requirePlanned(chunks));
    taking.begin(draft);
    taking.records(message, draft);
    Optional<ExtentDraft> before;
    synchronized (resolved) {
      before = Optional.ofNullable(resolved.get(chunks.getOrdinal()));
    }
    taking.settle(before, draft);
    ExtentResult result = writer.append(draft);
    pool.stored(result.storedBytes());
    synchronized (resolved) {
      resolved.remove(chunks.getOrdinal());
    }
    return result;
  }

  /** Brings what a message says of an extent into a draft. */
  private final class Taking {
    private final ExtentChunks told;
    private final PlanItem item;
    private final int[] starts;
    private final int[] lengths;

    private Taking(ExtentChunks told, PlanItem item) {
      this.told = told;
      this.item = item;
      this.starts = new int[told.getStates().size()];
      this.lengths = new int[told.getStates().size()];
    }

    void begin(ExtentDraft draft) {
      draft.begin(told.getOrdinal(), starts.length);
      ByteString ids = told.getIds();
      ByteBuffer left = ids.asReadOnlyByteBuffer();
      for (int i = 0; i < starts.length; i++) {
        switch (DraftTexts.state(told.getStates(), i)) {
          case ZERO -> draft.zero(i);
          case BASE -> {
            if (writer.gap() != Gap.BASE) {
              throw refused(told.getOrdinal(), Reason.of(ReasonCode.CHUNK_OF_NO_BASE, "number", i));
            }
            draft.base(i);
          }
          case IDENTIFIED, KNOWN -> {
            if (left.remaining() < ChunkId.BYTES) {
              throw refused(told.getOrdinal(), Reason.of(ReasonCode.CHUNK_ID_MISSING));
            }
            draft.identified(i, ChunkId.read(left, left.position()));
            left.position(left.position() + ChunkId.BYTES);
          }
          case RECORD -> lengths[i] = -1;
          case UNKNOWN ->
              throw refused(
                  told.getOrdinal(), Reason.of(ReasonCode.CHUNK_WITHOUT_STATE, "number", i));
        }
      }
    }

    /** Every record is looked at before the first is used. */
    void records(RecordMessage<ExtentRecordsHead> message, ExtentDraft draft) {
      ByteBuffer room = draft.room(message.recordBytes());
      message.takeRecords(room);
      room.flip();
      int at = 0;
      int record = 0;
      for (int i = 0; i < starts.length; i++) {
        if (lengths[i] != 0) {
          int length =
              record < message.head().getRecordBytesCount()
                  ? message.head().getRecordBytes(record++)
                  : 0;
          if (length < ChunkRecord.HEADER_BYTES || length > room.limit() - at) {
            throw refused(told.getOrdinal(), Reason.of(ReasonCode.RECORD_CUT_OFF, "number", i));
          }
          draft.identified(i, checked(i, room.slice(at, length)));
          starts[i] = at;
          lengths[i] = length;
          at += length;
        }
      }
      if (at != room.limit()) {
        throw refused(told.getOrdinal(), Reason.of(ReasonCode.BYTES_OF_NO_CHUNK));
      }
    }

    private ChunkId checked(int chunk, ByteBuffer record) {
      if (!ChunkRecord.isValid(record, 0)) {
        throw damaged(chunk, Reason.of(ReasonCode.RECORD_HEADER_INVALID));
      }
      ChunkRecord header = ChunkRecord.read(record, 0);
      long expected = Math.min(chunkBytes, item.span().length() - (long) chunk * chunkBytes);
      if (header.plainLength() != expected || header.storedLength() > chunkBytes) {
        throw refused(told.getOrdinal(), Reason.of(ReasonCode.CHUNK_LENGTH_WRONG, "number", chunk));
      }
      if ((header.flags() == ChunkRecord.SEALED) != pool.pool().settings().encrypted()) {
        throw refused(
            told.getOrdinal(), Reason.of(ReasonCode.CHUNK_NOT_ENCRYPTED, "number", chunk));
      }
      ChunkDecoder.check(record, header.id())
          .ifPresent(
              damage -> {
                throw damaged(chunk, damage);
              });
      return header.id();
    }

    private BackupException damaged(int chunk, String why) {
      String cause = Reason.of(ReasonCode.CHUNK_DAMAGED, "number", chunk, "cause", why);
      return refused(told.getOrdinal(), cause);
    }

    /** Finds the places of chunks that did not come, and of those that came and are there. */
    void settle(Optional<ExtentDraft> before, ExtentDraft draft) {
      before.ifPresent(earlier -> copyKnown(earlier, draft));
      if (before.isEmpty()) {
        writer.resolve(draft);
      }
      for (int i = 0; i < starts.length; i++) {
        if (draft.state(i) == ExtentDraft.State.IDENTIFIED) {
          if (lengths[i] == 0) {
            // It was there when it was asked for; the extent has to be read again.
            throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", place.diskKey());
          }
          draft.recordAt(i, draft.id(i), starts[i], lengths[i]);
        }
      }
    }

    private void copyKnown(ExtentDraft earlier, ExtentDraft draft) {
      for (int i = 0; i < starts.length; i++) {
        boolean missing = draft.state(i) == ExtentDraft.State.IDENTIFIED && lengths[i] == 0;
        if (missing
            && earlier.state(i) == ExtentDraft.State.KNOWN
            && earlier.id(i).equals(draft.id(i))) {
          draft.known(i, earlier.place(i));
        }
      }
    }
  }
}
