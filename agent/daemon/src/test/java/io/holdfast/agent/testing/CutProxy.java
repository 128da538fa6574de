package io.holdfast.agent.testing;

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
import java.util.concurrent.atomic.AtomicLong;

/** A TCP proxy that counts what is sent to its target and loses all connections on demand. */
public final class CutProxy implements AutoCloseable {
  private static final int STEP_BYTES = 16 << 10;

  private final ServerSocket listener;
  private final List<Socket> sockets = new ArrayList<>();
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicLong cutAt = new AtomicLong(Long.MAX_VALUE);
  private volatile int targetPort;
  private volatile boolean open = true;
  private volatile int cuts;

  /**
   * @param targetPort on loopback
   */
  public CutProxy(int targetPort) {
    this.targetPort = targetPort;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    start(this::acceptAll);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Where new connections go. */
  public void target(int port) {
    targetPort = port;
  }

  /** Bytes that came from clients so far. */
  public long sentBytes() {
    return sentBytes.get();
  }

  /** Cuts all connections when so many more bytes have come from clients. */
  public void cutAfter(long bytes) {
    cutAt.set(sentBytes.get() + bytes);
  }

  /** How often everything was cut. */
  public int cuts() {
    return cuts;
  }

  /** Cuts all connections and, when closed, takes no new ones. */
  public void cut(boolean thenOpen) {
    open = thenOpen;
    cuts++;
    List<Socket> all;
    synchronized (this) {
      all = new ArrayList<>(sockets);
      sockets.clear();
    }
    all.forEach(CutProxy::reset);
  }

  /** Takes connections again. */
  public void reopen() {
    open = true;
  }

  private static void reset(Socket socket) {
    try (socket) {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException gone) {
      // It is closed, which is all that is wanted.
      return;
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket client = listener.accept();
      if (!open) {
        reset(client);
        continue;
      }
      Socket server = new Socket();
      try {
        server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
      } catch (IOException refused) {
        reset(client);
        continue;
      }
      synchronized (this) {
        sockets.add(client);
        sockets.add(server);
      }
      start(() -> copy(client, server, true));
      start(() -> copy(server, client, false));
    }
  }

  private void copy(Socket from, Socket to, boolean counted) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] step = new byte[STEP_BYTES];
      for (int count = in.read(step); count >= 0; count = in.read(step)) {
        out.write(step, 0, count);
        if (counted && sentBytes.addAndGet(count) >= cutAt.get()) {
          cutAt.set(Long.MAX_VALUE);
          cut(true);
        }
      }
    }
  }

  /** What a thread of the proxy does until its sockets are closed. */
  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                // A closed socket ends the thread.
                return;
              }
            },
            "cut-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    cut(false);
    try {
      listener.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
