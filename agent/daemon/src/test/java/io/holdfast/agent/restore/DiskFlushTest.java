package io.holdfast.agent.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RST-02")
class DiskFlushTest {
  /** A disk whose storage hangs, also when it is closed. */
  private static final class Hanging implements DiskTarget {
    private final CompletableFuture<Void> flush = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch testEnded = new CountDownLatch(1);

    @Override
    public long sizeBytes() {
      return 1 << 20;
    }

    @Override
    public CompletableFuture<Void> write(long offset, ByteBuffer from) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> zero(long offset, long length) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer into) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> flush() {
      return flush;
    }

    @Override
    public int usefulRequestsInFlight() {
      return 1;
    }

    @Override
    public void close() {
      closing.countDown();
      try {
        testEnded.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final Hanging disk = new Hanging();
  private final DiskFlush flush = new DiskFlush("vda", Duration.ofSeconds(1));

  @Test
  void aDiskThatHangsIsGivenUpAndClosed() throws Exception {
    BackupException silent =
        assertTimeoutPreemptively(
            Duration.ofSeconds(10),
            () -> assertThrows(BackupException.class, () -> flush.run(disk)));

    assertEquals(ErrorCode.DISK_FLUSH_FAILED, silent.code());
    assertEquals(ErrorKind.TRANSIENT, silent.kind());
    assertEquals("vda", silent.parameters().get("disk"));
    assertEquals(
        Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", 1), silent.parameters().get("cause"));
    assertTrue(disk.closing.await(10, TimeUnit.SECONDS));
    disk.testEnded.countDown();
  }

  @Test
  void whatTheDiskSaysIsPassedOn() {
    BackupException full =
        BackupException.of(
            ErrorCode.TARGET_SPACE_EXHAUSTED, "disk", "vda", "offset", 0, "length", 0, "cause", "");
    disk.flush.completeExceptionally(full);

    assertSame(full, assertThrows(BackupException.class, () -> flush.run(disk)));
  }

  @Test
  void aFlushThatSucceedsIsNotWaitedFor() {
    disk.flush.complete(null);

    flush.run(disk);

    assertEquals(1, disk.closing.getCount());
  }
}
