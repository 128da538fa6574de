package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.format.Features;
import io.holdfast.pool.journal.ExtentRecord;
import io.holdfast.pool.journal.ExtentRecord.JournaledChunk;
import io.holdfast.pool.journal.Journal;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.pack.PackPlace;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanFile;
import io.holdfast.pool.plan.PlanItem;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Writes a stream into packs and journal of the session's folder. */
final class FolderStreamWriter implements StreamWriter, AutoCloseable {
  /** A pack that has passed this length is finished. */
  static final long PACK_BYTES = 64L << 20;

  private static final int MAX_PENDING_BYTES = 1 << 20;

  private final StreamPlace place;
  private final StreamInputs inputs;
  private final PlanFile plan;
  private final BooleanSupplier writable;
  private final Journal journal;
  private final StreamPacks packs;
  private final ExtentPreparation preparation;

  /** What the open pack holds, for lookups; kept in dedup pools only. */
  private final Map<ChunkId, PackPlace> openPack = new ConcurrentHashMap<>();

  private final Object ownTurn = new Object();
  private Optional<OwnTools> own = Optional.empty();
  private volatile boolean failed;

  /** What {@link #writeExtent} works with. */
  private record OwnTools(ChunkStage stage, ExtentDraft draft) {}

  /**
   * @param sealing whether the packs are being moved into place: nothing is written any more
   * @param writable whether the session takes writes
   */
  FolderStreamWriter(
      StreamPlace place, StreamInputs inputs, boolean sealing, BooleanSupplier writable) {
    this.place = place;
    this.inputs = inputs;
    this.plan = inputs.plan();
    this.writable = writable;
    this.packs = new StreamPacks(place, inputs.finder());
    this.preparation = new ExtentPreparation(inputs, openPack);
    long extents = plan.summaries().get(place.stream()).extentCount();
    this.journal =
        Journal.open(
            place.scope(),
            place.journal(),
            new Journal.Opening(place.sessionId(), extents, inputs.dedup() ? Features.DEDUP : 0),
            sealing ? sequence -> Long.MAX_VALUE : this::packLength);
    if (!sealing) {
      resumePacks();
    }
  }

  private void resumePacks() {
    try {
      packs.resume(journal);
      if (inputs.dedup()) {
        openPack.putAll(packs.openPlaces());
      }
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
  public Gap gap() {
    return plan.target().gap();
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
    return ExtentResults.of(item, chunksOf(item), record, replayed);
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
        chunks.needsBase(index) ? inputs.baseLocation(chunks.number(index)) : Optional.empty();
    if (location.isEmpty()) {
      chunks.fill(index, span, Optional.empty());
      return;
    }
    ChunkReader reader = inputs.base().orElseThrow().chunkReader();
    ByteBuffer buffer = reader.chunkBuffers().take();
    try {
      buffer.limit(location.get().plainLength());
      reader.read(place.disk().key(), location.get(), buffer);
      chunks.fill(index, span, Optional.of(buffer));
    } finally {
      reader.chunkBuffers().give(buffer);
    }
  }

  private static void requireLength(PlanItem item, ByteBuffer span) {
    if (span.remaining() != item.span().length()) {
      throw new IllegalArgumentException(
          "a buffer of " + span.remaining() + " bytes for the span " + item.span());
    }
  }

  @Override
  public void prepare(long ordinal, ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    PlanItem item = item(ordinal);
    requireLength(item, span);
    SpanChunks chunks = chunksOf(item);
    draft.begin(ordinal, chunks.count());
    ExtentPreparation.identify(chunks, span, stage, draft);
    preparation.resolve(chunks, draft);
    ExtentPreparation.encode(chunks, span, stage, draft);
  }

  @Override
  public void resolve(ExtentDraft draft) {
    SpanChunks chunks = chunksOf(item(draft.ordinal()));
    requireCount(chunks, draft);
    preparation.resolve(chunks, draft);
  }

  private static void requireCount(SpanChunks chunks, ExtentDraft draft) {
    if (draft.chunkCount() != chunks.count()) {
      throw new IllegalArgumentException(
          "a draft of " + draft.chunkCount() + " chunks for the span " + chunks.item().span());
    }
  }

  @Override
  public ExtentResult writeExtent(long ordinal, ByteBuffer span) {
    requireWritable();
    if (journal.covers(ordinal)) {
      return receipt(ordinal);
    }
    synchronized (ownTurn) {
      if (own.isEmpty()) {
        own = Optional.of(new OwnTools(place.newStage(), new ExtentDraft()));
      }
      prepare(ordinal, span, own.get().stage(), own.get().draft());
      return append(own.get().draft());
    }
  }

  @Override
  public synchronized ExtentResult append(ExtentDraft draft) {
    requireWritable();
    PlanItem item = item(draft.ordinal());
    if (journal.covers(draft.ordinal())) {
      return result(item, journal.record(draft.ordinal()), true);
    }
    requireCount(chunksOf(item), draft);
    makeRoom();
    long start = packs.position();
    DraftAppending appending = new DraftAppending(draft, packs, openPack, inputs.dedup());
    ExtentRecord record;
    try {
      List<JournaledChunk> chunks = appending.run();
      boolean stored = packs.position() > start;
      record =
          new ExtentRecord(
              draft.ordinal(), stored ? packs.sequence() : 0, stored ? packs.epoch() : 0, chunks);
    } catch (RuntimeException failure) {
      packs.rollBack(start);
      throw failure;
    }
    journal.append(record);
    openPack.putAll(appending.written());
    return result(item, record, false);
  }

  /** Bounds pack length and unflushed journal. */
  private void makeRoom() {
    if (packs.position() >= PACK_BYTES) {
      syncing(
          () -> {
            packs.finishOpen();
            journal.flush();
          });
      openPack.clear();
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
