package io.holdfast.agent.storage.link;

import com.google.protobuf.ByteString;
import io.holdfast.agent.protocol.ExtentChunks;
import io.holdfast.agent.protocol.ExtentRecordsHead;
import io.holdfast.agent.protocol.ExtentStored;
import io.holdfast.agent.protocol.ReceiptRequest;
import io.holdfast.agent.protocol.SessionStreamRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.StreamOpened;
import io.holdfast.agent.storage.DraftTexts;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.agent.storage.StorageMethods;
import io.holdfast.agent.transfer.Joined;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.ExtentDraft;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.SpanPreparation;
import io.holdfast.pool.store.StreamWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A stream of a session in a pool of another agent. Zeros, ids, compression and encryption are done
 * here; of the rest only what the pool does not have travels (OPT-02). Thread-safe.
 */
final class RemoteStream implements StreamWriter {
  private static final Duration LAST_SYNC_LIMIT = Duration.ofSeconds(20);

  private final RemoteSession session;
  private final LinkCalls calls;
  private final SessionStreamRequest request;
  private final PlanPages plan;
  private final Gap gap;
  private final BitSet covered;
  private Optional<DiskReader> base = Optional.empty();

  RemoteStream(RemoteSession session, SessionStreamRequest request) {
    this.session = session;
    this.calls = session.pool().calls();
    this.request = request;
    this.plan = new PlanPages(session, request.getDiskKey(), request.getStream());
    StreamOpened opened = calls.ask(StorageGrpc.getOpenStreamMethod(), request);
    this.gap = opened.getGapIsBase() ? Gap.BASE : Gap.ZERO;
    this.covered = BitSet.valueOf(opened.getCovered().asReadOnlyByteBuffer());
  }

  @Override
  public PlanItem item(long ordinal) {
    return plan.item(ordinal);
  }

  @Override
  public Gap gap() {
    return gap;
  }

  @Override
  public boolean covers(long ordinal) {
    synchronized (covered) {
      return covered.get(Math.toIntExact(ordinal));
    }
  }

  @Override
  public ExtentResult receipt(long ordinal) {
    return SessionTexts.result(
        calls.ask(
            StorageGrpc.getReadReceiptMethod(),
            ReceiptRequest.newBuilder().setStream(request).setOrdinal(ordinal).build()));
  }

  private SpanPreparation preparation(long ordinal) {
    return new SpanPreparation(item(ordinal), gap, session.pool().settings().chunkBytes());
  }

  @Override
  public void fillUnread(long ordinal, ByteBuffer span) {
    preparation(ordinal).fillUnread(span, gap == Gap.BASE ? Optional.of(base()) : Optional.empty());
  }

  private synchronized DiskReader base() {
    if (base.isEmpty()) {
      base =
          Optional.of(
              session
                  .pool()
                  .restorePoint(session.spec().base().orElseThrow())
                  .disk(request.getDiskKey()));
    }
    return base.get();
  }

  @Override
  public void prepare(long ordinal, ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    SpanPreparation preparation = preparation(ordinal);
    draft.begin(ordinal, preparation.chunkCount());
    preparation.identify(span, stage, draft);
    if (asks()) {
      resolve(draft);
    }
    preparation.encode(span, stage, draft);
  }

  /** Whether anything can be there already and is looked for before it travels. */
  private boolean asks() {
    boolean dedup = session.pool().settings().kind() == PoolKind.DEDUP;
    return dedup ? !session.pool().terms().dedupThere() : gap == Gap.BASE;
  }

  @Override
  public void resolve(ExtentDraft draft) {
    boolean open = false;
    for (int i = 0; i < draft.chunkCount(); i++) {
      open |= draft.state(i) == ExtentDraft.State.IDENTIFIED;
    }
    if (!open) {
      return;
    }
    ExtentChunks answer =
        calls.ask(
            StorageGrpc.getResolveChunksMethod(),
            DraftTexts.chunks(draft).setStream(request).build());
    ByteString states = answer.getStates();
    for (int i = 0; i < Math.min(states.size(), draft.chunkCount()); i++) {
      if (draft.state(i) == ExtentDraft.State.IDENTIFIED) {
        switch (DraftTexts.state(states, i)) {
          case BASE -> draft.base(i);
          case KNOWN -> draft.knownThere(i);
          case UNKNOWN, ZERO, IDENTIFIED, RECORD -> {
            // Has to travel.
          }
        }
      }
    }
  }

  @Override
  public ExtentResult append(ExtentDraft draft) {
    return Joined.result(appendLater(draft));
  }

  @Override
  public CompletableFuture<ExtentResult> appendLater(ExtentDraft draft) {
    ExtentRecordsHead.Builder head =
        ExtentRecordsHead.newBuilder().setChunks(DraftTexts.chunks(draft).setStream(request));
    for (int i = 0; i < draft.chunkCount(); i++) {
      if (draft.state(i) == ExtentDraft.State.RECORD) {
        head.addRecordBytes(draft.recordLength(i));
      }
    }
    ResumeBuffer.Kept kept = session.pool().window().keep(draft.allRecords());
    return calls
        .askLater(StorageMethods.APPEND, RecordMessage.outgoing(head.build(), kept.bytes()))
        .whenComplete((stored, failure) -> kept.close())
        .thenApply(this::stored);
  }

  private ExtentResult stored(ExtentStored told) {
    synchronized (covered) {
      covered.set(Math.toIntExact(told.getOrdinal()));
    }
    return SessionTexts.result(told);
  }

  @Override
  public ExtentResult writeExtent(long ordinal, ByteBuffer span) {
    ExtentDraft draft = new ExtentDraft();
    try (ChunkStage stage = session.newStage()) {
      prepare(ordinal, span, stage, draft);
    }
    return append(draft);
  }

  @Override
  public long sync() {
    return calls.ask(StorageGrpc.getSyncStoredMethod(), request).getNextOrdinal();
  }

  @Override
  public long lastSync() {
    return calls
        .askOnce(StorageGrpc.getSyncStoredMethod(), request, LAST_SYNC_LIMIT)
        .getNextOrdinal();
  }
}
