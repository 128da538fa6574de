package io.holdfast.simulator.cvd;

import io.holdfast.simulator.fault.Faults;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A data port: takes NBD connections (five at most) and relays them to the server's unix socket,
 * with faults. SIM-03.
 */
final class DataPort implements Closeable {
  /** The limit of CAS for one disk. */
  static final int MAX_CONNECTIONS = 5;

  private final ServerSocketChannel listener;
  private final Path target;
  private final Faults faults;
  private final Traffic total;
  private final Traffic own = new Traffic();
  private final Set<Relay> relays = ConcurrentHashMap.newKeySet();

  /** Binds a free port of the range; an IOException means that all are taken. */
  DataPort(InetAddress address, int first, int last, Path target, Faults faults, Traffic total)
      throws IOException {
    this.target = target;
    this.faults = faults;
    this.total = total;
    listener = ServerSocketChannel.open();
    int count = last - first + 1;
    int start = new SplittableRandom().nextInt(count);
    for (int i = 0; i < count; i++) {
      try {
        listener.bind(new InetSocketAddress(address, first + (start + i) % count), 16);
        Thread thread = new Thread(this::acceptLoop, "data-port-" + port());
        thread.setDaemon(true);
        thread.start();
        return;
      } catch (java.net.BindException e) {
        // Taken; the next one may be free.
      }
    }
    listener.close();
    throw new IOException("no free data port");
  }

  int port() throws IOException {
    return ((InetSocketAddress) listener.getLocalAddress()).getPort();
  }

  int connections() {
    return relays.size();
  }

  Traffic traffic() {
    return own;
  }

  private void acceptLoop() {
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        boolean refused =
            faults.on("data-plane connect").map(f -> !f.action().equals("delay")).orElse(false);
        if (refused || relays.size() >= MAX_CONNECTIONS) {
          client.close();
          continue;
        }
        Relay relay = new Relay(client, target, faults, new Traffic[] {own, total});
        relays.add(relay);
        relay.start(() -> relays.remove(relay));
      } catch (IOException e) {
        // The listener was closed, or one client went away while connecting.
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    relays.forEach(Relay::close);
  }
}
