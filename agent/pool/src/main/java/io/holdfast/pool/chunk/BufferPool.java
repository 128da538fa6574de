package io.holdfast.pool.chunk;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Direct buffers of one size, kept for the next user. Holds as many as were in use at the same
 * time. Thread-safe.
 */
public final class BufferPool {
  private final int bufferBytes;
  private final Queue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  public BufferPool(int bufferBytes) {
    this.bufferBytes = bufferBytes;
  }

  /** A cleared buffer. */
  public ByteBuffer take() {
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocateDirect(bufferBytes) : buffer.clear();
  }

  /** Takes a buffer back; the caller does not touch it again. */
  public void give(ByteBuffer buffer) {
    free.add(buffer);
  }
}
