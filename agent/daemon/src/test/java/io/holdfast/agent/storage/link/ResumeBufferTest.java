package io.holdfast.agent.storage.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-09")
class ResumeBufferTest {
  private static final int CAPACITY = 1 << 20;

  private final ResumeBuffer buffer = new ResumeBuffer(CAPACITY);

  private CompletableFuture<ResumeBuffer.Kept> keeping(int length) {
    return CompletableFuture.supplyAsync(() -> buffer.keep(ByteBuffer.allocate(length)));
  }

  private static void staysWaiting(CompletableFuture<?> waiting) throws Exception {
    TimeUnit.MILLISECONDS.sleep(50);
    assertFalse(waiting.isDone());
  }

  @Test
  void whoHasNoRoomWaitsUntilSomethingIsAnswered() throws Exception {
    ResumeBuffer.Kept first = buffer.keep(ByteBuffer.allocate(CAPACITY));
    CompletableFuture<ResumeBuffer.Kept> second = keeping(1);
    staysWaiting(second);
    first.close();
    assertEquals(1, second.get(20, TimeUnit.SECONDS).bytes().remaining());
  }

  @Test
  void ofExtentsLongerThanTheBufferOneIsKeptAtATime() throws Exception {
    ResumeBuffer.Kept first = buffer.keep(ByteBuffer.allocate(CAPACITY + 1));
    CompletableFuture<ResumeBuffer.Kept> second = keeping(CAPACITY + 2);
    staysWaiting(second);
    first.close();
    assertEquals(CAPACITY + 2, second.get(20, TimeUnit.SECONDS).bytes().remaining());
  }
}
