package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.ChunkEncoder;
import io.holdfast.pool.chunk.ChunkHasher;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.journal.ChunkState;
import io.holdfast.pool.journal.ExtentRecord;
import io.holdfast.pool.journal.ExtentRecord.JournaledChunk;
import io.holdfast.pool.journal.Journal;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.plan.PlanFile;
import io.holdfast.pool.plan.PlanItem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Writes a stream into packs and journal of the session's folder. */
final class FolderStreamWriter implements StreamWriter, AutoCloseable {
  /** A pack that has passed this length is finished. */
  static final long PACK_BYTES = 64L << 20;

  private static final int MAX_PENDING_BYTES = 1 << 20;

  private final StreamPlace place;
  private final PlanFile plan;
  private final Optional<FolderDiskReader> base;
  private final BooleanSupplier writable;
  private final Journal journal;
  private final StreamPacks packs;
  private final ChunkHasher hasher = new ChunkHasher();
  private final ChunkEncoder encoder;
  private volatile boolean failed;

  /**
   * @param plan of the stream's disk
   * @param base the disk in the base restore point, when the plan's gap is BASE
   * @param sealing whether the packs are being moved into place: nothing is written any more
   * @param writable whether the session takes writes
   */
  FolderStreamWriter(
      StreamPlace place,
      PlanFile plan,
      Optional<FolderDiskReader> base,
      boolean sealing,
      BooleanSupplier writable) {
    this.place = place;
    this.plan = plan;
    this.base = base;
    this.writable = writable;
    this.encoder = new ChunkEncoder(place.codec(), place.scope().chunkBytes());
    this.packs = new StreamPacks(place);
    long extents = plan.summaries().get(place.stream()).extentCount();
    this.journal =
        Journal.open(
            place.scope(),
            place.journal(),
            place.sessionId(),
            extents,
            sealing ? sequence -> Long.MAX_VALUE : this::packLength);
    if (!sealing) {
      resumePacks();
    }
  }

  private void resumePacks() {
    try {
      packs.resume(journal);
    } catch (RuntimeException unusable) {
      close();
      throw unusable;
    }
  }

  private long packLength(int sequence) {
    return place.scope().files().length(place.pack(sequence));
  }

  Journal journal() {
    return journal;
  }

  StreamPlace place() {
    return place;
  }

  @Override
  public PlanItem item(long ordinal) {
    List<PlanItem> items = plan.items(place.stream(), ordinal, 1);
    if (ordinal < 0 || items.isEmpty()) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "ordinal",
          "value",
          ordinal,
          "min",
          0,
          "max",
          plan.summaries().get(place.stream()).extentCount() - 1);
    }
    return items.get(0);
  }

  private SpanChunks chunksOf(PlanItem item) {
    return new SpanChunks(item, plan.target().gap(), place.scope().chunkBytes());
  }

  @Override
  public boolean covers(long ordinal) {
    return journal.covers(ordinal);
  }

  @Override
  public ExtentResult receipt(long ordinal) {
    return result(item(ordinal), journal.record(ordinal), true);
  }

  private ExtentResult result(PlanItem item, ExtentRecord record, boolean replayed) {
    SpanChunks chunks = chunksOf(item);
    long zeroBytes = 0;
    int newChunks = 0;
    for (int i = 0; i < record.chunks().size(); i++) {
      ChunkState state = record.chunks().get(i).state();
      if (state == ChunkState.ZERO) {
        zeroBytes += chunks.length(i);
      } else if (state == ChunkState.STORED) {
        newChunks++;
      }
    }
    return new ExtentResult(
        record.ordinal(),
        item.readBytes(),
        zeroBytes,
        record.storedBytes(),
        record.chunks().size(),
        newChunks,
        replayed);
  }

  @Override
  public void fillUnread(long ordinal, ByteBuffer span) {
    PlanItem item = item(ordinal);
    requireLength(item, span);
    SpanChunks chunks = chunksOf(item);
    for (int i = 0; i < chunks.count(); i++) {
      if (chunks.kind(i) == SpanChunks.Kind.CONTENT) {
        fillChunk(chunks, i, span);
      }
    }
  }

  private void fillChunk(SpanChunks chunks, int index, ByteBuffer span) {
    Optional<ChunkLocation> location =
        chunks.needsBase(index) ? baseLocation(chunks.number(index)) : Optional.empty();
    if (location.isEmpty()) {
      chunks.fill(index, span, Optional.empty());
      return;
    }
    ChunkReader reader = base.orElseThrow().chunkReader();
    ByteBuffer buffer = reader.chunkBuffers().take();
    try {
      buffer.limit(location.get().plainLength());
      reader.read(place.disk().key(), location.get(), buffer);
      chunks.fill(index, span, Optional.of(buffer));
    } finally {
      reader.chunkBuffers().give(buffer);
    }
  }

  private Optional<ChunkLocation> baseLocation(long chunk) {
    return base.flatMap(disk -> disk.map().find(chunk));
  }

  private static void requireLength(PlanItem item, ByteBuffer span) {
    if (span.remaining() != item.span().length()) {
      throw new IllegalArgumentException(
          "a buffer of " + span.remaining() + " bytes for the span " + item.span());
    }
  }

  @Override
  public synchronized ExtentResult writeExtent(long ordinal, ByteBuffer span) {
    requireWritable();
    PlanItem item = item(ordinal);
    if (journal.covers(ordinal)) {
      return result(item, journal.record(ordinal), true);
    }
    requireLength(item, span);
    makeRoom();
    long start = packs.position();
    ExtentRecord record;
    try {
      List<JournaledChunk> chunks = storeChunks(chunksOf(item), span);
      boolean stored = packs.position() > start;
      record =
          new ExtentRecord(
              ordinal, stored ? packs.sequence() : 0, stored ? packs.epoch() : 0, chunks);
    } catch (RuntimeException failure) {
      packs.rollBack(start);
      throw failure;
    }
    journal.append(record);
    return result(item, record, false);
  }

  private List<JournaledChunk> storeChunks(SpanChunks chunks, ByteBuffer span) {
    List<JournaledChunk> result = new ArrayList<>(chunks.count());
    for (int i = 0; i < chunks.count(); i++) {
      result.add(
          switch (chunks.kind(i)) {
            case UNCHANGED -> JournaledChunk.of(ChunkState.BASE);
            case ZERO -> JournaledChunk.of(ChunkState.ZERO);
            case CONTENT -> storeChunk(chunks, i, span);
          });
    }
    return result;
  }

  private JournaledChunk storeChunk(SpanChunks chunks, int index, ByteBuffer span) {
    int from = span.position() + chunks.start(index);
    ByteBuffer plain = span.duplicate().limit(from + chunks.length(index)).position(from);
    if (ZeroScan.isZero(plain)) {
      return JournaledChunk.of(ChunkState.ZERO);
    }
    ChunkId id = hasher.id(plain);
    Optional<ChunkLocation> before = baseLocation(chunks.number(index));
    if (before.isPresent() && before.get().id().equals(id)) {
      return JournaledChunk.of(ChunkState.BASE);
    }
    ByteBuffer record = encoder.encode(id, plain);
    int storedLength = record.remaining() - ChunkRecord.HEADER_BYTES;
    return JournaledChunk.stored(packs.append(record), storedLength, id);
  }

  /** Bounds pack length and unflushed journal. */
  private void makeRoom() {
    if (packs.position() >= PACK_BYTES) {
      syncing(
          () -> {
            packs.finishOpen();
            journal.flush();
          });
    } else if (journal.pendingBytes() >= MAX_PENDING_BYTES) {
      flush();
    }
  }

  @Override
  public synchronized long sync() {
    requireWritable();
    if (journal.pendingBytes() > 0) {
      flush();
    }
    return journal.firstNotDurable();
  }

  private void flush() {
    syncing(
        () -> {
          packs.sync();
          journal.flush();
        });
  }

  /** What a failed sync leaves on disk is unknown: nothing is believed until it is read again. */
  private void syncing(Runnable action) {
    boolean done = false;
    try {
      action.run();
      done = true;
    } finally {
      failed = !done;
    }
  }

  private void requireWritable() {
    if (failed || !writable.getAsBoolean()) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", place.sessionId());
    }
  }

  /** Whether a sync has failed. */
  boolean hasFailed() {
    return failed;
  }

  /** Makes everything durable and finishes the packs; repeatable. */
  synchronized List<SealedPack> finish() {
    requireWritable();
    syncing(
        () -> {
          packs.sync();
          journal.flush();
          packs.finishOpen();
        });
    return packs.finished();
  }

  @Override
  public synchronized void close() {
    failed = true;
    packs.close();
    journal.close();
  }
}
