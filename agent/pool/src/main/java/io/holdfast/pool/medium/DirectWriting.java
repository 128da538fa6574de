package io.holdfast.pool.medium;

import io.holdfast.file.DirectIo;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What the files of a medium that are written past the page cache share: two threads that go away
 * when idle, and buffers of 2 MiB, two for each file that is open. What the busiest moment needed
 * is not kept: a few buffers wait for the next file, the others go. Thread-safe.
 */
final class DirectWriting {
  static final int STAGE_BYTES = 2 << 20;

  /** Those that wait for the next file. */
  static final int KEPT_STAGES = 8;

  private static final int THREADS = 2;
  private static final int IDLE_SECONDS = 10;

  private final MediumErrors errors;
  private final int blockBytes;
  private final ThreadPoolExecutor writers;
  private final Queue<ByteBuffer> stages = new ArrayBlockingQueue<>(KEPT_STAGES);

  private DirectWriting(MediumErrors errors, int blockBytes) {
    this.errors = errors;
    this.blockBytes = blockBytes;
    this.writers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "holdfast-pool-writer");
              thread.setDaemon(true);
              return thread;
            });
    writers.allowCoreThreadTimeOut(true);
  }

  /** For a file system, if it is one of those. */
  static Optional<DirectWriting> on(FileStore store, MediumErrors errors) {
    OptionalInt block = DirectIo.blockBytes(store, STAGE_BYTES);
    return block.isPresent()
        ? Optional.of(new DirectWriting(errors, block.getAsInt()))
        : Optional.empty();
  }

  MediumErrors errors() {
    return errors;
  }

  /** What addresses, offsets and lengths are multiples of. */
  int blockBytes() {
    return blockBytes;
  }

  Executor writers() {
    return writers;
  }

  /** A cleared buffer, its address a multiple of the block size. */
  ByteBuffer takeStage() {
    ByteBuffer stage = stages.poll();
    return stage != null
        ? stage.clear()
        : ByteBuffer.allocateDirect(STAGE_BYTES + blockBytes)
            .alignedSlice(blockBytes)
            .limit(STAGE_BYTES)
            .slice();
  }

  /** Takes a buffer back; nobody uses it any more. Its memory goes when there are enough. */
  void giveStage(ByteBuffer stage) {
    stages.offer(stage);
  }
}
