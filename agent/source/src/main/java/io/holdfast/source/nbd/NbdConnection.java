package io.holdfast.source.nbd;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One connection in the transmission phase. Requests may come from any thread; one thread sends
 * them, one receives the replies and completes the futures. Two threads, because a receiver that
 * sends would wait for a server that waits for it. Once lost, a connection stays lost: all requests
 * in flight fail, and all later ones.
 */
final class NbdConnection implements AutoCloseable {
  private static final int REQUEST_BYTES = 28;
  private static final long CLOSE_MILLIS = 5_000;

  private final SocketChannel channel;
  private final NbdExportTerms terms;
  private final DiskFailures failures;
  private final long stallNanos;
  private final BlockingQueue<NbdRequest> outgoing = new LinkedBlockingQueue<>();
  private final Thread sender;
  private final Thread receiver;
  private final Future<?> watch;

  /** Guards the fields below. */
  private final Object lock = new Object();

  private final Map<Long, NbdRequest> inFlight = new HashMap<>();
  private long nextCookie = 1;
  private Loss loss;

  private volatile long lastProgressNanos = System.nanoTime();

  NbdConnection(
      SocketChannel negotiated,
      NbdExportTerms terms,
      DiskFailures failures,
      Duration stallTimeout,
      ScheduledExecutorService watchdog) {
    this.channel = negotiated;
    this.terms = terms;
    this.failures = failures;
    this.stallNanos = stallTimeout.toNanos();
    this.sender = thread("nbd-send ", this::sendAll);
    this.receiver = thread("nbd-receive ", this::receiveAll);
    long period = Math.max(1, Math.min(stallTimeout.toMillis() / 4, 1_000));
    this.watch =
        watchdog.scheduleWithFixedDelay(this::watch, period, period, TimeUnit.MILLISECONDS);
    sender.start();
    receiver.start();
  }

  private Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name + failures.disk());
    thread.setDaemon(true);
    return thread;
  }

  NbdExportTerms terms() {
    return terms;
  }

  /** Requests not answered yet. */
  int load() {
    synchronized (lock) {
      return inFlight.size();
    }
  }

  boolean isLost() {
    synchronized (lock) {
      return loss != null;
    }
  }

  /** Sends a request; its future completes on the receiving thread, or here when it is too late. */
  void submit(NbdRequest request) {
    Loss now;
    synchronized (lock) {
      now = loss;
      if (now == null) {
        if (inFlight.isEmpty()) {
          lastProgressNanos = System.nanoTime();
        }
        request.cookie = nextCookie++;
        inFlight.put(request.cookie, request);
        outgoing.add(request);
      }
    }
    if (now != null) {
      request.done.completeExceptionally(request.lost(failures, now.detail, now.cause));
    }
  }

  private void sendAll() {
    ByteBuffer header = ByteBuffer.allocateDirect(REQUEST_BYTES);
    ByteBuffer[] message = {header, null};
    try {
      while (true) {
        NbdRequest request = outgoing.take();
        header.clear();
        header.putInt(NbdProtocol.REQUEST_MAGIC).putShort(request.flags).putShort(request.type);
        header.putLong(request.cookie).putLong(request.offset).putInt(request.length).flip();
        if (request.type == NbdProtocol.CMD_WRITE) {
          message[1] = request.payload;
          while (message[1].hasRemaining()) {
            channel.write(message);
            lastProgressNanos = System.nanoTime();
          }
        } else {
          while (header.hasRemaining()) {
            channel.write(header);
          }
        }
        if (request.type == NbdProtocol.CMD_DISC) {
          lose(Reason.of(ReasonCode.DISK_CLOSED), null);
          return;
        }
      }
    } catch (IOException e) {
      lose(lost(e), e);
    } catch (InterruptedException e) {
      lose(Reason.of(ReasonCode.CALL_INTERRUPTED), e);
      Thread.currentThread().interrupt();
    }
  }

  private void receiveAll() {
    try {
      NbdReplies replies = new NbdReplies(this::receive, this::inFlight, failures);
      while (true) {
        NbdRequest finished = replies.next(terms.structuredReplies());
        if (finished != null) {
          synchronized (lock) {
            inFlight.remove(finished.cookie);
          }
          finished.finish(failures);
        }
      }
    } catch (IOException e) {
      lose(lost(e), e);
    } catch (BackupException violation) {
      lose(Reason.of(violation), violation);
    } finally {
      lose(Reason.of(ReasonCode.RECEIVER_ENDED), null);
      failAll();
    }
  }

  private void receive(ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the server closed the connection");
      }
      lastProgressNanos = System.nanoTime();
    }
  }

  private NbdRequest inFlight(long cookie) {
    synchronized (lock) {
      return inFlight.get(cookie);
    }
  }

  private void watch() {
    if (load() > 0 && System.nanoTime() - lastProgressNanos > stallNanos) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(stallNanos);
      lose(Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", seconds), null);
    }
  }

  /** A reason: what the system said of a connection that broke, or that its peer closed it. */
  static String lost(IOException failure) {
    return failure instanceof EOFException
        ? Reason.of(ReasonCode.CLOSED_BY_SERVER)
        : Reason.of(ReasonCode.CONNECTION_LOST, "words", Reason.words(failure.toString()));
  }

  /** Ends the connection for the reason given; only the first reason counts. */
  private void lose(String detail, Throwable cause) {
    synchronized (lock) {
      if (loss == null) {
        loss = new Loss(detail, cause);
      }
    }
    watch.cancel(false);
    try {
      channel.close();
    } catch (IOException alreadyUseless) {
      // The connection is given up anyway, and the reason is already kept.
    }
  }

  /** Runs at the end of the receiving thread, when no thread uses a buffer any more. */
  private void failAll() {
    outgoing.add(NbdRequest.disconnect());
    try {
      sender.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<NbdRequest> unanswered;
    Loss why;
    synchronized (lock) {
      unanswered = new ArrayList<>(inFlight.values());
      inFlight.clear();
      why = loss;
    }
    for (NbdRequest request : unanswered) {
      request.done.completeExceptionally(request.lost(failures, why.detail, why.cause));
    }
  }

  /** Says goodbye when nothing is in flight, else cuts; waits until buffers are free. */
  @Override
  public void close() {
    boolean idle;
    synchronized (lock) {
      idle = loss == null && inFlight.isEmpty();
      if (loss == null) {
        loss = new Loss(Reason.of(ReasonCode.DISK_CLOSED), null);
      }
    }
    if (idle) {
      outgoing.add(NbdRequest.disconnect());
    } else {
      lose(Reason.of(ReasonCode.DISK_CLOSED), null);
    }
    if (Thread.currentThread() != receiver) {
      try {
        receiver.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    lose(Reason.of(ReasonCode.DISK_CLOSED), null);
  }

  private record Loss(String detail, Throwable cause) {}
}
