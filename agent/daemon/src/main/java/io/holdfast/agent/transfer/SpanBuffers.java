package io.holdfast.agent.transfer;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory of everything in transfer: one arena of direct memory, given out in runs of 64 KiB
 * pages. Who takes waits in line until a run is free, so the process never holds more than the
 * arena, whatever the number of streams. Thread-safe.
 */
public final class SpanBuffers {
  private static final int PAGE_BYTES = 1 << 16;

  /** Of file systems: what lies in a page can be written past the page cache. */
  private static final int BLOCK_BYTES = 4096;

  private final int pages;
  private final BitSet used = new BitSet();
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition given = lock.newCondition();
  private final ReentrantLock line = new ReentrantLock(true);
  private ByteBuffer arena;

  /**
   * @param bytes size of the arena; allocated at the first use, resident as far as it was used
   */
  public SpanBuffers(int bytes) {
    this.pages = Math.max(1, bytes / PAGE_BYTES);
  }

  /** The largest span that can be asked for: half of the arena, so that two are always possible. */
  public int maxSpanBytes() {
    return pages / 2 * PAGE_BYTES;
  }

  /** Takes a span of exactly {@code bytes}, waiting for others to give theirs back. */
  public Span take(int bytes) {
    line.lock();
    lock.lock();
    try {
      for (; ; ) {
        Optional<Span> free = find(bytes);
        if (free.isPresent()) {
          return free.get();
        }
        given.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
      line.unlock();
    }
  }

  /** Takes a span if one is free now and nobody waits for one. */
  public Optional<Span> tryTake(int bytes) {
    if (!line.tryLock()) {
      return Optional.empty();
    }
    lock.lock();
    try {
      return find(bytes);
    } finally {
      lock.unlock();
      line.unlock();
    }
  }

  /** {@link #take} or {@link #tryTake}. */
  public Optional<Span> take(int bytes, boolean mayWait) {
    return mayWait ? Optional.of(take(bytes)) : tryTake(bytes);
  }

  private Optional<Span> find(int bytes) {
    int wanted = Math.max(1, (bytes + PAGE_BYTES - 1) / PAGE_BYTES);
    if (wanted > pages) {
      throw new IllegalArgumentException(bytes + " bytes do not fit into the arena");
    }
    for (int from = used.nextClearBit(0); from + wanted <= pages; ) {
      int next = used.nextSetBit(from);
      if (next < 0 || next - from >= wanted) {
        used.set(from, from + wanted);
        return Optional.of(new Span(from, wanted, slice(from, bytes)));
      }
      from = used.nextClearBit(next);
    }
    return Optional.empty();
  }

  private ByteBuffer slice(int page, int bytes) {
    if (arena == null) {
      arena = ByteBuffer.allocateDirect(pages * PAGE_BYTES + BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
    }
    return arena.slice(page * PAGE_BYTES, bytes);
  }

  /** A run of the arena, held until it is closed. */
  public final class Span implements AutoCloseable {
    private final int from;
    private final int count;
    private final ByteBuffer bytes;
    private boolean closed;

    private Span(int from, int count, ByteBuffer bytes) {
      this.from = from;
      this.count = count;
      this.bytes = bytes;
    }

    /** The whole span, position 0, limit its length. Contents are whatever was there before. */
    public ByteBuffer bytes() {
      return bytes.duplicate();
    }

    /** A part of the span. */
    public ByteBuffer part(int offset, int length) {
      return bytes.slice(offset, length);
    }

    /** Gives the run back; no read may be in flight into it. Idempotent. */
    @Override
    public void close() {
      lock.lock();
      try {
        if (!closed) {
          closed = true;
          used.clear(from, from + count);
          given.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
