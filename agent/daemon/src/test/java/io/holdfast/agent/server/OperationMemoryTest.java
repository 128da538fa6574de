package io.holdfast.agent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotDone;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-21")
class OperationMemoryTest {
  private final OperationMemory memory = new OperationMemory();
  private final AtomicInteger done = new AtomicInteger();

  private SnapshotDone work() {
    done.incrementAndGet();
    return SnapshotDone.getDefaultInstance();
  }

  @Test
  void whatHasSucceededIsAnsweredAndNotDoneAgain() {
    assertFalse(memory.knows("a"));
    SnapshotDone first = memory.answer("a", SnapshotDone.class, this::work);
    assertSame(first, memory.answer("a", SnapshotDone.class, this::work));
    assertTrue(memory.knows("a"));
    memory.answer("b", SnapshotDone.class, this::work);
    assertEquals(2, done.get());
  }

  @Test
  void whatIsUnderWayIsJoined() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<SnapshotDone> first =
        CompletableFuture.supplyAsync(
            () ->
                memory.answer(
                    "a",
                    SnapshotDone.class,
                    () -> {
                      begun.countDown();
                      awaited(go);
                      return work();
                    }));
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    CompletableFuture<SnapshotDone> second =
        CompletableFuture.supplyAsync(() -> memory.answer("a", SnapshotDone.class, this::work));
    go.countDown();
    assertSame(first.get(20, TimeUnit.SECONDS), second.get(20, TimeUnit.SECONDS));
    assertEquals(1, done.get());
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void whatHasFailedIsDoneAgain() {
    BackupException failure = BackupException.of(ErrorCode.PLATFORM_BUSY);
    assertThrows(
        BackupException.class,
        () ->
            memory.answer(
                "a",
                SnapshotDone.class,
                () -> {
                  throw failure;
                }));
    assertFalse(memory.knows("a"));
    memory.answer("a", SnapshotDone.class, this::work);
    assertEquals(1, done.get());
  }
}
