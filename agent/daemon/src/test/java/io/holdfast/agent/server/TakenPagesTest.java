package io.holdfast.agent.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AGT-05")
class TakenPagesTest {
  private static final int WINDOW = 3;
  private static final int PAGES = 10;

  private final Calls calls = new Calls("test", 2);
  private final Peer peer = new Peer();
  private final AtomicInteger made = new AtomicInteger();

  @AfterEach
  void end() {
    calls.close(5);
  }

  /** Takes {@value #WINDOW} messages at a time. */
  private static final class Peer extends ServerCallStreamObserver<Integer> {
    private final CountDownLatch ended = new CountDownLatch(1);
    private Runnable ready;
    private Runnable cancelled;
    private int room = WINDOW;
    private int received;
    private boolean gone;
    private Throwable failure;

    @Override
    public synchronized boolean isReady() {
      return room > 0;
    }

    @Override
    public synchronized boolean isCancelled() {
      return gone;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      ready = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      cancelled = handler;
    }

    @Override
    public synchronized void onNext(Integer page) {
      room--;
      received++;
    }

    @Override
    public synchronized void onError(Throwable error) {
      failure = error;
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }

    synchronized int received() {
      return received;
    }

    synchronized Throwable failure() {
      return failure;
    }

    void take() {
      synchronized (this) {
        room = WINDOW;
      }
      ready.run();
    }

    void goAway() {
      synchronized (this) {
        gone = true;
      }
      cancelled.run();
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }

  private void begin() throws InterruptedException {
    calls.pages(
        peer,
        out -> {
          for (int i = 0; i < PAGES; i++) {
            made.incrementAndGet();
            out.accept(i);
          }
        });
    awaitMade(WINDOW + 1);
    TimeUnit.MILLISECONDS.sleep(200);
    assertEquals(WINDOW + 1, made.get());
    assertEquals(WINDOW, peer.received());
  }

  private void awaitMade(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (made.get() < count) {
      assertTrue(System.nanoTime() < end, made + " pages");
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aPeerThatTakesNothingIsWaitedForAndGetsAllInTheEnd() throws Exception {
    begin();
    for (int received = WINDOW; received < PAGES; received += WINDOW) {
      peer.take();
      awaitMade(Math.min(PAGES, received + WINDOW + 1));
    }

    assertTrue(peer.ended.await(10, TimeUnit.SECONDS));
    assertEquals(PAGES, peer.received());
  }

  @Test
  void forAPeerThatHasGoneNothingMoreIsMade() throws Exception {
    begin();
    peer.goAway();

    assertTrue(peer.ended.await(10, TimeUnit.SECONDS));
    assertEquals(WINDOW + 1, made.get());
    assertInstanceOf(StatusRuntimeException.class, peer.failure());
  }

  @Test
  void aPeerThatTakesNothingForTooLongIsGivenUp() {
    peer.room = 0;
    TakenPages<Integer> pages = new TakenPages<>(peer, Duration.ofMillis(50));

    BackupException slow = assertThrows(BackupException.class, () -> pages.accept(1));

    assertEquals(ErrorCode.INTERRUPTED, slow.code());
    assertEquals(0, peer.received());
  }
}
