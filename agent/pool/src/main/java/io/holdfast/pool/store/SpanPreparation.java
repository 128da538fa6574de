package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What can be done of a planned extent where its bytes are, without the pool: for backup hosts
 * whose pool is on another agent. Immutable, thread-safe.
 */
public final class SpanPreparation {
  private final SpanChunks chunks;

  /**
   * @param gap what bytes outside the item's ranges are
   * @param chunkBytes of the pool
   */
  public SpanPreparation(PlanItem item, Gap gap, int chunkBytes) {
    this.chunks = new SpanChunks(item, gap, chunkBytes);
  }

  /** Chunks in the span. */
  public int chunkCount() {
    return chunks.count();
  }

  /**
   * Fills what needs no reading, see {@link StreamWriter#fillUnread}.
   *
   * @param base the disk in the base restore point, when the gap is BASE
   */
  public void fillUnread(ByteBuffer span, Optional<DiskReader> base) {
    for (int i = 0; i < chunks.count(); i++) {
      if (chunks.kind(i) == SpanChunks.Kind.CONTENT) {
        chunks.fill(
            i, span, chunks.needsBase(i) ? Optional.of(baseChunk(i, base)) : Optional.empty());
      }
    }
  }

  private ByteBuffer baseChunk(int index, Optional<DiskReader> base) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(chunks.length(index));
    base.orElseThrow(() -> new IllegalStateException("a plan against a base has none"))
        .read(chunks.number(index) * chunks.chunkBytes(), chunk);
    return chunk.flip();
  }

  /** Zero chunks and those that are as in the base without a look; ids of all others. */
  public void identify(ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    ExtentPreparation.identify(chunks, span, stage, draft);
  }

  /** Makes the records of all chunks that are only identified. */
  public void encode(ByteBuffer span, ChunkStage stage, ExtentDraft draft) {
    ExtentPreparation.encode(chunks, span, stage, draft);
  }
}
