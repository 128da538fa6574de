package io.holdfast.batch.transfer;

import java.util.ArrayDeque;
import java.util.Deque;

/** Walks a stream's plan from a position, page by page. Not thread-safe. */
final class ExtentCursor {
  private final ExtentChannel channel;
  private final StreamRef stream;
  private final TransferPatience patience;
  private final Deque<ExtentItem> page = new ArrayDeque<>();
  private final long end;
  private long next;

  ExtentCursor(
      ExtentChannel channel,
      StreamRef stream,
      TransferPatience patience,
      long position,
      long extentCount) {
    this.channel = channel;
    this.stream = stream;
    this.patience = patience;
    this.next = position;
    this.end = extentCount;
  }

  /**
   * The next extent, or null at the end of the plan.
   *
   * @throws IllegalStateException when the agent's plan is shorter than the stored one or leaves an
   *     extent out: going on would lose data
   */
  ExtentItem next() {
    if (next >= end) {
      return null;
    }
    if (page.isEmpty()) {
      page.addAll(PendingAnswer.await(channel.read(stream, next), patience));
    }
    ExtentItem item = page.poll();
    if (item == null || item.ordinal() != next) {
      throw new IllegalStateException(
          "plan of disk " + stream.diskKey() + " has no extent " + next + " of " + end);
    }
    next++;
    return item;
  }
}
