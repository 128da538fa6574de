package io.holdfast.agent.transfer;

import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.ExtentDraft;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.StreamWriter;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** A stream of equal extents that stores nothing, counts who is preparing and does as told. */
final class ScriptedWriter implements StreamWriter {
  final AtomicInteger preparing = new AtomicInteger();
  final AtomicInteger mostPreparing = new AtomicInteger();
  final Set<Long> appended = ConcurrentHashMap.newKeySet();
  private final int spanBytes;
  private final LongConsumer onPrepare;

  /**
   * @param onPrepare called with the ordinal by the thread that prepares
   */
  ScriptedWriter(int spanBytes, LongConsumer onPrepare) {
    this.spanBytes = spanBytes;
    this.onPrepare = onPrepare;
  }

  @Override
  public PlanItem item(long ordinal) {
    ByteRange span = new ByteRange(ordinal * spanBytes, spanBytes);
    return new PlanItem(span, List.of(new Extent(span, Extent.State.DATA)));
  }

  @Override
  public Gap gap() {
    return Gap.ZERO;
  }

  @Override
  public boolean covers(long ordinal) {
    return appended.contains(ordinal);
  }

  @Override
  public ExtentResult receipt(long ordinal) {
    return new ExtentResult(ordinal, spanBytes, 0, 0, 1, 0, 0, 0, 0, true);
  }

  @Override
  public void fillUnread(long ordinal, ByteBuffer span) {}

  @Override
  public void prepare(long ordinal, ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    mostPreparing.accumulateAndGet(preparing.incrementAndGet(), Math::max);
    try {
      onPrepare.accept(ordinal);
      draft.begin(ordinal, 1);
      draft.zero(0);
    } finally {
      preparing.decrementAndGet();
    }
  }

  @Override
  public void resolve(ExtentDraft draft) {}

  @Override
  public ExtentResult append(ExtentDraft draft) {
    appended.add(draft.ordinal());
    return new ExtentResult(draft.ordinal(), spanBytes, spanBytes, 0, 1, 0, 0, 0, 0, false);
  }

  @Override
  public ExtentResult writeExtent(long ordinal, ByteBuffer span) {
    throw new UnsupportedOperationException("the pipeline prepares and appends");
  }

  @Override
  public long sync() {
    for (long next = 0; ; next++) {
      if (!appended.contains(next)) {
        return next;
      }
    }
  }
}
