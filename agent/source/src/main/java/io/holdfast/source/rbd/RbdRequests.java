package io.holdfast.source.rbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.rbd.jna.RbdEvents;
import io.holdfast.source.rbd.jna.RbdEvents.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests on one image: as many in flight as there are slots, the others wait in order. librbd
 * works on the slots' memory, never on a caller's, so that a caller need not wait for a request
 * that does not end. One thread receives the ends and completes the futures. Thread-safe.
 */
final class RbdRequests {
  private static final int LOOK_MILLIS = 1000;
  private static final AtomicInteger HANGING = new AtomicInteger();

  private final RbdEvents events;
  private final Duration limit;
  private final Failures failures;
  private final Thread receiver;

  // Guarded by this.
  private final Deque<Request> waiting = new ArrayDeque<>();
  private final Request[] running;
  private final int[] free;
  private int freeCount;
  private BackupException refusal;
  private boolean ended;

  /** Makes the errors of requests. */
  interface Failures {
    /** A request that ended with minus an errno, or with fewer bytes than asked for. */
    BackupException of(Kind kind, long offset, long length, long result);

    /** A request that has not ended in time, or will not be made any more, for a reason. */
    BackupException of(Kind kind, long offset, long length, String reason);
  }

  /**
   * @param limit after which a request is not waited for any more
   */
  RbdRequests(String name, RbdEvents events, int slots, Duration limit, Failures failures) {
    this.events = events;
    this.limit = limit;
    this.failures = failures;
    this.running = new Request[slots];
    this.free = new int[slots];
    Arrays.setAll(free, slot -> slot);
    this.freeCount = slots;
    this.receiver = new Thread(this::receive, "rbd " + name);
    receiver.setDaemon(true);
    receiver.start();
  }

  /** Requests of this process that were given up and have not ended. */
  static int hanging() {
    return HANGING.get();
  }

  private static final class Request {
    private final Kind kind;
    private final long offset;
    private final long length;
    private final ByteBuffer buffer;
    private final int at;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long begunNanos;
    private boolean givenUp;

    private Request(Kind kind, long offset, long length, ByteBuffer buffer, int at) {
      this.kind = kind;
      this.offset = offset;
      this.length = length;
      this.buffer = buffer;
      this.at = at;
    }
  }

  /**
   * Makes a request as soon as a slot is free.
   *
   * @param buffer what is written from or read into, in absolute positions; null for the others
   * @param at where in the buffer
   */
  CompletableFuture<Void> submit(Kind kind, long offset, long length, ByteBuffer buffer, int at) {
    Request request = new Request(kind, offset, length, buffer, at);
    synchronized (this) {
      if (refusal != null) {
        return FutureEnds.failed(refusal);
      }
      waiting.add(request);
    }
    beginWaiting();
    return request.done;
  }

  private void beginWaiting() {
    while (true) {
      Request request;
      int slot;
      synchronized (this) {
        if (freeCount == 0 || waiting.isEmpty()) {
          return;
        }
        slot = free[--freeCount];
        request = waiting.remove();
        request.begunNanos = System.nanoTime();
        running[slot] = request;
      }
      if (request.kind == Kind.WRITE) {
        events.memory(slot).put(0, request.buffer, request.at, (int) request.length);
      }
      int result = events.begin(slot, request.kind, request.offset, request.length);
      if (result < 0) {
        ended(slot, result);
      }
    }
  }

  private void receive() {
    while (!isOver()) {
      events.await(LOOK_MILLIS, this::ended);
      giveUpLateOnes();
    }
  }

  private synchronized boolean isOver() {
    return ended && freeCount == free.length;
  }

  /** Hands over what a request brought, frees its slot and begins the next. */
  private void ended(int slot, long result) {
    Request request;
    synchronized (this) {
      request = running[slot];
    }
    long expected = request.kind == Kind.READ ? request.length : 0;
    // Made while the slot is taken: until then nobody frees the image that it asks.
    BackupException failure =
        result == expected
            ? null
            : failures.of(request.kind, request.offset, request.length, result);
    boolean late;
    synchronized (this) {
      late = request.givenUp;
      if (late) {
        HANGING.decrementAndGet();
      } else if (failure == null && request.kind == Kind.READ) {
        request.buffer.put(request.at, events.memory(slot), 0, (int) request.length);
      }
      running[slot] = null;
      free[freeCount++] = slot;
    }
    if (late) {
      return;
    }
    if (failure == null) {
      request.done.complete(null);
    } else {
      request.done.completeExceptionally(failure);
    }
    beginWaiting();
  }

  private void giveUpLateOnes() {
    List<Request> late = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (this) {
      for (Request request : running) {
        if (request != null && !request.givenUp && now - request.begunNanos > limit.toNanos()) {
          giveUp(request);
          late.add(request);
        }
      }
    }
    if (late.isEmpty()) {
      return;
    }
    String reason =
        Reason.of(ReasonCode.LIBRARY_SILENT, "file", "librbd", "seconds", limit.toSeconds());
    late.forEach(request -> fail(request, reason));
    refuse(reason);
  }

  private void giveUp(Request request) {
    request.givenUp = true;
    HANGING.incrementAndGet();
  }

  private void fail(Request request, String reason) {
    request.done.completeExceptionally(
        failures.of(request.kind, request.offset, request.length, reason));
  }

  /** Fails what waits and what will come. */
  private void refuse(String reason) {
    List<Request> refused;
    synchronized (this) {
      if (refusal == null) {
        refusal = failures.of(Kind.READ, 0, 0, reason);
      }
      refused = new ArrayList<>(waiting);
      waiting.clear();
    }
    refused.forEach(request -> fail(request, reason));
  }

  /** Whether the caller is the thread that completes futures: then it must not wait for ends. */
  boolean isReceiver() {
    return Thread.currentThread() == receiver;
  }

  /**
   * Fails everything and waits until librbd works on nothing any more; not to be called by the
   * receiver.
   *
   * @return whether it does not: the handles may be freed
   */
  boolean end(Duration drain) throws InterruptedException {
    List<Request> cut = new ArrayList<>();
    refuse(Reason.of(ReasonCode.DISK_CLOSED));
    synchronized (this) {
      ended = true;
      for (Request request : running) {
        if (request != null && !request.givenUp) {
          giveUp(request);
          cut.add(request);
        }
      }
    }
    cut.forEach(request -> fail(request, Reason.of(ReasonCode.DISK_CLOSED)));
    events.wake();
    receiver.join(TimeUnit.MILLISECONDS.convert(drain));
    return !receiver.isAlive();
  }
}
