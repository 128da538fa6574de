package io.holdfast.toolkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A TCP proxy on a free loopback port that does harm to the replies. {@link Fault#at()} counts the
 * reply bytes of each connection from 0; a place that is passed already means the next byte. CUT
 * resets the connection, TRUNCATE ends it in an orderly way, DELAY waits before the byte is passed
 * on, FLIP_BIT changes it, HANG passes nothing from it on. LOSE_REPLY is a CUT here. Without a
 * fault it is a plain proxy.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int STEP_BYTES = 64 << 10;

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final AtomicReference<Fault> fault = new AtomicReference<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private int connections;

  public FaultProxy(InetSocketAddress target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start("accept", this::acceptAll);
  }

  /** From now on every connection, old ones too, meets this fault when it gets there. */
  public FaultProxy with(Fault next) {
    fault.set(next);
    return this;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many connections were made so far. */
  public synchronized int connections() {
    return connections;
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket server = new Socket();
      synchronized (this) {
        connections++;
        sockets.add(client);
        sockets.add(server);
      }
      try {
        server.connect(target);
      } catch (IOException refused) {
        client.close();
        continue;
      }
      start("requests", () -> copyRequests(client, server));
      start("replies", () -> copyReplies(server, client));
    }
  }

  private static void copyRequests(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
  }

  private void copyReplies(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] step = new byte[STEP_BYTES];
      long passed = 0;
      boolean struck = false;
      for (int count = in.read(step); count >= 0; count = in.read(step)) {
        Fault now = fault.get();
        if (!struck && now != null && now.at() < passed + count) {
          struck = true;
          int before = (int) Math.max(0, now.at() - passed);
          out.write(step, 0, before);
          if (!strike(now, step, before, to)) {
            return;
          }
          out.write(step, before, count - before);
        } else {
          out.write(step, 0, count);
        }
        passed += count;
      }
    }
  }

  /** Does the harm at {@code index}; false when nothing more is to be passed on. */
  private boolean strike(Fault now, byte[] step, int index, Socket to) throws IOException {
    switch (now.kind()) {
      case CUT, LOSE_REPLY -> {
        to.setOption(StandardSocketOptions.SO_LINGER, 0);
        return false;
      }
      case TRUNCATE -> {
        return false;
      }
      case FLIP_BIT -> {
        step[index] ^= 1;
        return true;
      }
      case DELAY -> {
        pause(now.pause().toMillis());
        return true;
      }
      case HANG -> {
        pause(Long.MAX_VALUE);
        return false;
      }
    }
    return true;
  }

  private void pause(long millis) throws IOException {
    try {
      if (closed.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("proxy closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void start(String name, Copier copier) {
    Thread thread =
        new Thread(
            () -> {
              try {
                copier.run();
              } catch (IOException expected) {
                // One side went away: that is what this proxy is for.
              }
            },
            "fault-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Cuts all connections and listens no more. */
  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
      synchronized (this) {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Copier {
    void run() throws IOException;
  }
}
