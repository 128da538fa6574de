package io.holdfast.pool.plan;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;

/** Walks the planned extents of a stream. Not thread-safe. */
public final class PlanCursor {
  private final PlanFile plan;
  private final long count;
  private ByteBuffer page = ByteBuffer.allocate(1 << 14).limit(0);
  private long pageOffset;
  private long ordinal;

  PlanCursor(PlanFile plan, long offset, long ordinal, long count) {
    this.plan = plan;
    this.pageOffset = offset;
    this.ordinal = ordinal;
    this.count = count;
  }

  /** The ordinal {@link #next} will return. */
  public long ordinal() {
    return ordinal;
  }

  /** Whether there is one more. */
  public boolean hasNext() {
    return ordinal < count;
  }

  /** The next planned extent. */
  public PlanItem next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the stream has no more extents");
    }
    while (true) {
      int start = page.position();
      try {
        PlanItem item = plan.decode(page, pageOffset + start);
        ordinal++;
        return item;
      } catch (BufferUnderflowException needsMore) {
        boolean tooSmall = start == 0 && page.limit() > 0;
        refill(pageOffset + start, tooSmall ? page.capacity() * 2 : page.capacity());
      }
    }
  }

  private void refill(long offset, int capacity) {
    if (capacity > page.capacity()) {
      page = ByteBuffer.allocate(capacity);
    }
    page.clear();
    plan.readItems(offset, page);
    page.flip();
    if (!page.hasRemaining()) {
      throw new IllegalStateException("the plan ends before its last extent");
    }
    pageOffset = offset;
  }
}
