package io.holdfast.pool.store;

import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Writes the planned extents of one disk stream into the stream's own open pack. {@link #append},
 * {@link #writeExtent} and {@link #sync} exclude each other; everything else may be called by many
 * threads and does not wait for a write. Extents may come in any order.
 *
 * <p>Use, per ordinal: take a buffer of {@code item(ordinal).span().length()} bytes, {@link
 * #fillUnread}, read the item's DATA ranges from the source into it, {@link #writeExtent}; from
 * time to time {@link #sync}. After a sync that failed (POOL_FULL included) the stream answers
 * SESSION_NOT_OPEN until {@link Pool#reopenSession} opened the session again: what a failed sync
 * left on disk is known only by reading it.
 *
 * <p>With several processors: {@link #prepare} on any number of threads, each with a {@link
 * ChunkStage} of its own ({@link BackupSession#newStage}), then {@link #append}. With the bytes on
 * another host: there {@link ExtentDraft#identified} ids, here {@link #resolve}, there the records
 * of what is still only identified, here {@link #append}.
 */
public interface StreamWriter {

  /** The planned extent. */
  PlanItem item(long ordinal);

  /** What bytes outside the ranges of its items are. */
  Gap gap();

  /** Whether the extent was written already (in this process or, durably, in an earlier one). */
  boolean covers(long ordinal);

  /** The receipt of a covered extent, with {@code replayed} set. */
  ExtentResult receipt(long ordinal);

  /**
   * Fills all bytes of the span that need no reading: ZERO ranges and, by the plan's gap, zeros or
   * the bytes of the base restore point. Base bytes are read only for chunks that have a DATA or
   * ZERO range in them and are checked by digest (CHUNK_CORRUPT, CHUNK_MISSING); other chunks of a
   * BASE gap are left as they are, {@link #writeExtent} does not look at them.
   *
   * @param span direct or heap, {@code remaining()} = the span's length; its position and limit
   *     stay
   */
  void fillUnread(long ordinal, ByteBuffer span);

  /**
   * Does all of {@link #writeExtent} that costs processor time: finds zeros, computes ids, looks
   * chunks up, makes the records of those that have to be stored. Changes nothing in the pool.
   *
   * @param span as for {@link #writeExtent}; may be used again when this returns
   * @param stage the calling thread's own
   * @param draft takes the result; what was in it is forgotten
   */
  void prepare(long ordinal, ByteBuffer span, ChunkStage stage, ExtentDraft draft);

  /**
   * Looks up the identified chunks of a draft: those as in the base become BASE, those that a dedup
   * pool has become KNOWN, the others stay IDENTIFIED and need a record.
   *
   * @param draft begun with the extent's ordinal and number of chunks
   */
  void resolve(ExtentDraft draft);

  /**
   * Stores a prepared extent: one write of the records into the stream's pack. Durable only after
   * {@link #sync}. A covered extent is not stored again.
   *
   * @param draft of which every chunk is ZERO, BASE, KNOWN or RECORD; may be used again when this
   *     returns or throws
   * @throws io.holdfast.error.BackupException POOL_FULL, POOL_WRITE_FAILED: nothing of the extent
   *     counts, the call may be repeated
   */
  ExtentResult append(ExtentDraft draft);

  /**
   * As {@link #append}, but the draft may be used again before the extent is stored. Blocks while
   * too much is under way.
   *
   * @return completes when the extent is stored, fails as {@link #append} does
   */
  default CompletableFuture<ExtentResult> appendLater(ExtentDraft draft) {
    return CompletableFuture.completedFuture(append(draft));
  }

  /**
   * Stores the extent: zero chunks are implicit, chunks equal to the base's or known to a dedup
   * pool are referenced, the others hashed, compressed and appended to the stream's pack. Durable
   * only after {@link #sync}. A covered extent is not stored again. The same as {@link #prepare}
   * and {@link #append}.
   *
   * @param span the plain bytes of the whole span; position and limit stay. Direct buffers are
   *     fastest
   * @throws io.holdfast.error.BackupException POOL_FULL, POOL_WRITE_FAILED: nothing of the extent
   *     counts, the call may be repeated
   */
  ExtentResult writeExtent(long ordinal, ByteBuffer span);

  /**
   * Makes everything written so far durable: pack synced first, then the journal.
   *
   * @return the first ordinal that is not durable; all below it are
   */
  long sync();

  /** As {@link #sync}, for a stream that is being closed: waits for no lost connection. */
  default long lastSync() {
    return sync();
  }
}
