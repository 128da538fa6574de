package io.holdfast.simulator.cvd;

import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.StateStore;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The control ports of all hosts: one listener per address of a host and of its switches. A failed
 * host and an unreachable switch listen nowhere. Safe for all threads. SIM-03.
 */
public final class Controls implements Closeable {
  private final StateStore store;
  private final int port;
  private final CvdServer.Context context;
  private final Map<String, CvdServer> listening = new LinkedHashMap<>();

  public Controls(StateStore store, int port, CvdServer.Context context) {
    this.store = store;
    this.port = port;
    this.context = context;
  }

  /** An address that must be free is not. */
  public static final class TakenException extends IOException {
    TakenException(String address, Throwable cause) {
      super(address, cause);
    }
  }

  /** Listens where the state says, and nowhere else. A TakenException names a taken address. */
  public synchronized void refresh() throws IOException {
    Map<String, Host> wanted = wanted();
    for (String address : List.copyOf(listening.keySet())) {
      if (listening.get(address).host() != wanted.get(address)) {
        listening.remove(address).close();
      }
    }
    for (Map.Entry<String, Host> entry : wanted.entrySet()) {
      if (!listening.containsKey(entry.getKey())) {
        listening.put(entry.getKey(), listen(entry.getKey(), entry.getValue()));
      }
    }
  }

  private CvdServer listen(String address, Host host) throws IOException {
    try {
      return new CvdServer(host, new InetSocketAddress(address, port), context);
    } catch (java.net.BindException e) {
      throw new TakenException(address + ":" + port, e);
    }
  }

  private Map<String, Host> wanted() {
    return store.read(
        s -> {
          Map<String, Host> result = new LinkedHashMap<>();
          for (Host host : s.hosts) {
            if (host.failed) {
              continue;
            }
            List<VirtualSwitch> own =
                new ArrayList<>(s.switches.stream().filter(v -> v.hostId == host.id).toList());
            if (own.stream().noneMatch(v -> v.address.equals(host.ip) && v.unreachable)) {
              result.put(host.ip, host);
            }
            own.stream()
                .filter(v -> !v.address.isEmpty() && !v.unreachable)
                .forEach(v -> result.put(v.address, host));
          }
          return result;
        });
  }

  @Override
  public synchronized void close() throws IOException {
    for (CvdServer server : listening.values()) {
      server.close();
    }
    listening.clear();
  }
}
