package io.holdfast.agent.transfer;

import io.holdfast.pool.chunk.ChunkStage;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * The stages of a session, lent to the worker that prepares one of its extents: as many as workers
 * were at it at the same time. Thread-safe.
 */
final class SessionStages implements AutoCloseable {
  private final Supplier<ChunkStage> making;
  private final Queue<ChunkStage> free = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * @param making makes one more
   */
  SessionStages(Supplier<ChunkStage> making) {
    this.making = making;
  }

  ChunkStage borrow() {
    ChunkStage stage = free.poll();
    return stage == null ? making.get() : stage;
  }

  void giveBack(ChunkStage stage) {
    free.add(stage);
    if (closed) {
      close();
    }
  }

  /** Closes those that are not lent, the others when they come back. */
  @Override
  public void close() {
    closed = true;
    for (ChunkStage stage = free.poll(); stage != null; stage = free.poll()) {
      stage.close();
    }
  }
}
