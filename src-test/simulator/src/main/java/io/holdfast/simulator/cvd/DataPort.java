package io.holdfast.simulator.cvd;

import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.record.Usage;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
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
  private final Watch watch;
  private final Traffic total;
  private final Traffic own = new Traffic();
  private final Set<Relay> relays = ConcurrentHashMap.newKeySet();

  /** Where to listen: one port of a range, both ends included. */
  record Place(InetAddress address, int first, int last) {}

  /** Who watches and disturbs the connections of a handle. */
  record Watch(String handle, Faults.Target target, Faults faults, Usage usage, Journal journal) {
    Optional<Fault> fault(String key) {
      return faults.on(key, target);
    }
  }

  /** Binds a free port of the range; an IOException means that all are taken. */
  DataPort(Place place, Path target, Watch watch, Traffic total) throws IOException {
    this.target = target;
    this.watch = watch;
    this.total = total;
    listener = ServerSocketChannel.open();
    int count = place.last() - place.first() + 1;
    int start = new SplittableRandom().nextInt(count);
    for (int i = 0; i < count; i++) {
      try {
        listener.bind(
            new InetSocketAddress(place.address(), place.first() + (start + i) % count), 16);
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
            watch.fault("data-plane connect").map(f -> !f.action().equals("delay")).orElse(false)
                || relays.size() >= MAX_CONNECTIONS;
        note(client, refused);
        if (refused) {
          client.close();
          continue;
        }
        Relay relay = new Relay(client, target, watch, new Traffic[] {own, total});
        relays.add(relay);
        watch.usage().stream(watch.handle(), 1);
        relay.start(() -> ended(relay));
      } catch (IOException e) {
        // The listener was closed, or one client went away while connecting.
      }
    }
  }

  private void ended(Relay relay) {
    if (relays.remove(relay)) {
      watch.usage().stream(watch.handle(), -1);
    }
  }

  private void note(SocketChannel client, boolean refused) throws IOException {
    watch
        .journal()
        .add(
            new Journal.Call(
                "data",
                "connect handle=" + watch.handle() + " port=" + port(),
                refused ? 1 : 0,
                refused ? "REFUSED" : "",
                String.valueOf(client.getRemoteAddress())),
            Journal.begin());
  }

  @Override
  public void close() throws IOException {
    listener.close();
    relays.forEach(Relay::close);
  }
}
