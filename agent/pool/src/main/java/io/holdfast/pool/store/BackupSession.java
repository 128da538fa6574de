package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkStage;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.StreamPlanSummary;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * An unsealed restore point: a folder of plans, journals and open packs in the pool. Thread-safe;
 * streams are written side by side. After {@link #seal}, {@link #abandon} or {@link #close} every
 * other call fails with SESSION_NOT_OPEN.
 */
public interface BackupSession extends AutoCloseable {

  /** As it was begun. */
  SessionSpec spec();

  /**
   * Stores a small document of the caller under a name ({@code [a-z0-9-]{1,40}}), atomically and
   * durably, replacing an earlier one. Opaque to the pool, gone after seal.
   */
  void storeDocument(String name, ByteString document);

  /** A document stored before, if any. */
  Optional<ByteString> document(String name);

  /**
   * Stores a disk's plan, all streams at once, durably and atomically: after a crash it is there as
   * a whole or not at all. Idempotent for an equal plan.
   *
   * @param gap what bytes outside all ranges are; BASE needs a base restore point that has the disk
   *     in the same size
   * @param streams per stream its items in ascending disk order; no two spans of the disk overlap.
   *     Each iterable is walked once, so it may be lazy: memory does not grow with the disk
   * @throws io.holdfast.error.BackupException SESSION_PLAN_CONFLICT when another plan is stored
   */
  List<StreamPlanSummary> storePlan(
      String diskKey, Gap gap, List<? extends Iterable<PlanItem>> streams);

  /** What is stored of a disk's plan; empty before {@link #storePlan} and for a plan of none. */
  Optional<List<StreamPlanSummary>> plan(String diskKey);

  /** At most {@code limit} planned extents of a stream, from an ordinal on. */
  List<PlanItem> planItems(String diskKey, int stream, long fromOrdinal, int limit);

  /** The writer of a stream; always the same object. Needs the disk's plan. */
  StreamWriter stream(String diskKey, int stream);

  /**
   * Which of some chunks need not be sent, because the pool has them (OPT-02): the lookup alone, in
   * batches as the caller likes. Always none in a standard pool. The answer may have changed when
   * an extent is appended; {@link StreamWriter#resolve} is what counts.
   *
   * @return a bit per chunk, in the order asked
   */
  BitSet known(List<ChunkId> chunks);

  /**
   * A stage for {@link StreamWriter#prepare} of any stream of the session; one per thread, closed
   * by the caller.
   */
  ChunkStage newStage();

  /**
   * Makes the restore point: checks that the journals cover every disk's plan, seals packs, writes
   * maps and last the manifest. Durable when it returns. Repeatable after any failure or crash;
   * once sealed, {@link Pool#manifest} answers with the same summary.
   *
   * @throws io.holdfast.error.BackupException SESSION_INCOMPLETE naming disk, stream and ordinal
   */
  ManifestSummary seal(SealSpec spec);

  /**
   * Deletes the session and everything it wrote; sealed restore points are never touched. If the
   * process dies in between, the next opening of the pool finishes it. Idempotent; does nothing to
   * a sealed session.
   */
  void abandon();

  /**
   * Closes the session's files and leaves it as it is: {@link Pool#reopenSession} goes on with it
   * from what was synced. To be used after a failed write, and when a run is interrupted.
   * Idempotent, throws nothing.
   */
  @Override
  void close();
}
