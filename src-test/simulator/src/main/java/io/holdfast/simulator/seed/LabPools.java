package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.StateStore;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Storage pools as the lab wants them. Pools with a telling name come into being when named. */
public final class LabPools {
  private static final long DEFAULT_MEGABYTES = 1_048_576;
  private static final Pattern TELLING = Pattern.compile("(local|share|nfs|lun|fc|rbd|lvm)\\d+");
  private static final Map<String, String> TYPES =
      Map.of(
          "local", "dir", "share", "fs", "nfs", "netfs", "lun", "iscsi", "fc", "fc", "rbd", "rbd",
          "lvm", "logical");

  private final StateStore store;

  public LabPools(StateStore store) {
    this.store = store;
  }

  /** The pool a host sees under this name, made when its name tells its type. */
  public StoragePool pool(int hostId, String name) {
    return store.change(
        s ->
            s.pool(hostId, name)
                .or(() -> telling(s, hostId, name))
                .orElseThrow(
                    () -> new CasException(CasException.NO_POOL, "no storage pool " + name)));
  }

  private static Optional<StoragePool> telling(CasState state, int hostId, String name) {
    Matcher matcher = TELLING.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String type = TYPES.get(matcher.group(1));
    boolean own = type.equals("dir") || type.equals("logical");
    return Optional.of(make(state, name, type, own ? hostId : 0));
  }

  private static StoragePool make(CasState state, String name, String type, int hostId) {
    StoragePool pool = new StoragePool();
    pool.name = name;
    pool.title = name;
    pool.type = type;
    pool.hostId = hostId;
    Optional<Host> host = state.host(hostId);
    pool.folder = name + host.map(h -> "-" + h.name).orElse("");
    pool.totalMegabytes = DEFAULT_MEGABYTES;
    state.pools.add(pool);
    return pool;
  }

  /**
   * Makes or changes the pool of this name as ordered: {@code type}, {@code hostId} (0 shared),
   * {@code title}, {@code totalMegabytes}, {@code freeMegabytes} (shown instead of the real number;
   * negative: the real one), {@code stopped}.
   */
  public void set(String name, JsonNode order) {
    int hostId = (int) Json.number(order, "hostId", 0);
    store.change(
        s -> {
          StoragePool pool =
              s.pools.stream()
                  .filter(p -> p.name.equals(name) && (hostId == 0 || p.hostId == hostId))
                  .findFirst()
                  .or(() -> order.has("type") ? Optional.empty() : telling(s, hostId, name))
                  .orElseGet(() -> make(s, name, Json.text(order, "type", "fs"), hostId));
          pool.title = Json.text(order, "title", pool.title);
          pool.totalMegabytes = Json.number(order, "totalMegabytes", pool.totalMegabytes);
          pool.shownFreeMegabytes = Json.number(order, "freeMegabytes", pool.shownFreeMegabytes);
          if (order.has("stopped")) {
            pool.stopped = Json.flag(order, "stopped");
          }
          return null;
        });
  }
}
