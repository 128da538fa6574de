package io.holdfast.simulator.cvd;

import io.holdfast.simulator.fault.Fault;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Relays one NBD connection. The client's side is parsed just far enough to count reads and writes
 * and to place faults; the server's side is passed through. Two threads, one per direction.
 */
final class Relay implements Closeable {
  private static final int OPTION_MAGIC_HIGH = 0x49484156;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int CMD_READ = 0;
  private static final int CMD_WRITE = 1;
  private static final int BUFFER_BYTES = 256 << 10;
  private static final int EIO = 5;

  private final SocketChannel client;
  private final SocketChannel server;
  private final DataPort.Watch watch;
  private final Traffic[] traffic;
  private final Object clientWrite = new Object();
  private volatile long cutAfterBytes = Long.MAX_VALUE;
  private volatile boolean corruptNext;
  private final Replies replies = new Replies();

  Relay(SocketChannel client, Path target, DataPort.Watch watch, Traffic[] traffic)
      throws IOException {
    this.client = client;
    this.watch = watch;
    this.traffic = traffic;
    this.server = SocketChannel.open(StandardProtocolFamily.UNIX);
    server.connect(UnixDomainSocketAddress.of(target));
  }

  void start(Runnable onEnd) {
    thread("nbd-up", this::upstream, onEnd);
    thread("nbd-down", this::downstream, onEnd);
  }

  private interface Loop {
    void run() throws IOException;
  }

  private void thread(String name, Loop loop, Runnable onEnd) {
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException e) {
                // One side is gone; the other is closed with it.
              } finally {
                close();
                onEnd.run();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void upstream() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    copy(client, server, buffer, 4);
    ByteBuffer head = ByteBuffer.allocate(28);
    while (true) {
      fill(client, head.clear().limit(16));
      if (head.getInt(0) == OPTION_MAGIC_HIGH) {
        int length = head.getInt(12);
        write(server, head.flip());
        copy(client, server, buffer, length);
        continue;
      }
      if (head.getInt(0) != REQUEST_MAGIC) {
        throw new IOException("not NBD");
      }
      fill(client, head.limit(28));
      replies.begin();
      request(head, buffer);
    }
  }

  private void request(ByteBuffer head, ByteBuffer buffer) throws IOException {
    int type = head.getShort(6);
    int length = head.getInt(24);
    Optional<Fault> fault =
        type == CMD_READ
            ? watch.fault("data-plane read")
            : type == CMD_WRITE ? watch.fault("data-plane write") : Optional.empty();
    if (fault.isPresent() && !before(fault.get(), type, head, length)) {
      if (type == CMD_WRITE) {
        discard(buffer, length);
      }
      return;
    }
    write(server, head.flip());
    if (type == CMD_WRITE) {
      copy(client, server, buffer, length);
    }
    for (Traffic t : traffic) {
      if (type == CMD_READ) {
        t.read.addAndGet(length);
      } else if (type == CMD_WRITE) {
        t.written.addAndGet(length);
      }
    }
  }

  /** Does a fault; false when the request is answered already. */
  private boolean before(Fault fault, int type, ByteBuffer head, int length) throws IOException {
    switch (fault.action()) {
      case "delay", "hang" -> watch.faults().pause(fault);
      case "wrong-data" -> replies.spoil(head.getLong(8));
      case "drop" -> throw new IOException("dropped as ordered");
      case "short-read" -> cutAfterBytes = type == CMD_READ ? length / 2 + 1 : 1;
      case "corrupt-reply" -> corruptNext = true;
      case "io-error" -> {
        // A structured error chunk (done): magic, flags, type, cookie, length, error, message
        // length.
        ByteBuffer reply =
            ByteBuffer.allocate(26).putInt(0x668e33ef).putShort((short) 1).putShort((short) 0x8001);
        reply
            .putLong(head.getLong(8))
            .putInt(6)
            .putInt((int) fault.number("errno", EIO))
            .putShort((short) 0)
            .flip();
        synchronized (clientWrite) {
          write(client, reply);
        }
        return false;
      }
      default -> {
        return true;
      }
    }
    return true;
  }

  private void downstream() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (true) {
      buffer.clear();
      if (server.read(buffer) < 0) {
        return;
      }
      buffer.flip();
      replies.pass(buffer);
      if (corruptNext) {
        corruptNext = false;
        buffer.putInt(0, 0x0badf00d);
      }
      if (cutAfterBytes < buffer.remaining()) {
        buffer.limit((int) cutAfterBytes);
        write(client, buffer);
        return;
      }
      if (cutAfterBytes != Long.MAX_VALUE) {
        cutAfterBytes -= buffer.remaining();
      }
      synchronized (clientWrite) {
        write(client, buffer);
      }
    }
  }

  private static void copy(SocketChannel from, SocketChannel to, ByteBuffer buffer, int length)
      throws IOException {
    int left = length;
    while (left > 0) {
      buffer.clear().limit(Math.min(left, buffer.capacity()));
      int count = from.read(buffer);
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
      write(to, buffer.flip());
    }
  }

  private void discard(ByteBuffer buffer, int length) throws IOException {
    int left = length;
    while (left > 0) {
      buffer.clear().limit(Math.min(left, buffer.capacity()));
      int count = client.read(buffer);
      if (count < 0) {
        throw new EOFException();
      }
      left -= count;
    }
  }

  private static void fill(SocketChannel from, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer) < 0) {
        throw new EOFException();
      }
    }
  }

  private static void write(SocketChannel to, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      to.write(buffer);
    }
  }

  @Override
  public void close() {
    try (client;
        server) {
      // Closing both is all there is to do.
    } catch (IOException e) {
      // Nothing depends on a socket that cannot be closed.
    }
  }
}
