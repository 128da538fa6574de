package io.holdfast.agent.storage.link;

import io.holdfast.agent.transfer.SpanBuffers;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;

/**
 * What a session has sent and nobody has answered yet, to be sent again after a loss (OPT-09). Who
 * wants to send more waits until something is answered: it is the window as well. Thread-safe.
 */
final class ResumeBuffer {
  private static final Kept NOTHING = new Kept(ByteBuffer.allocate(0), () -> {});

  private final int capacityBytes;
  private final SpanBuffers spans;

  /** Held by the one extent that may be longer than the buffer. */
  private final Semaphore longer = new Semaphore(1);

  ResumeBuffer(int capacityBytes) {
    this.capacityBytes = capacityBytes;
    this.spans = new SpanBuffers(capacityBytes);
  }

  /** Bytes kept until closed. */
  record Kept(ByteBuffer bytes, Runnable giveBack) implements AutoCloseable {
    @Override
    public void close() {
      giveBack.run();
    }
  }

  /**
   * Copies the remaining bytes; waits until there is room. An extent that is longer than the whole
   * buffer gets memory of its own, one at a time.
   */
  Kept keep(ByteBuffer records) {
    int length = records.remaining();
    if (length == 0) {
      return NOTHING;
    }
    if (length > capacityBytes) {
      return keepLonger(records);
    }
    SpanBuffers.Span span = spans.take(length);
    span.bytes().put(records);
    return new Kept(span.bytes(), span::close);
  }

  private Kept keepLonger(ByteBuffer records) {
    longer.acquireUninterruptibly();
    boolean kept = false;
    try {
      ByteBuffer own = ByteBuffer.allocateDirect(records.remaining()).put(records).flip();
      kept = true;
      return new Kept(own, longer::release);
    } finally {
      if (!kept) {
        longer.release();
      }
    }
  }
}
