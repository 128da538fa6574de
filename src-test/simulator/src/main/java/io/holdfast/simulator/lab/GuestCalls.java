package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.GuestAgent;
import io.holdfast.simulator.rest.Http;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Power;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lab calls about guests: what they write, what is on their disks, how they end. */
public final class GuestCalls {
  private static final long AGENT_MILLIS = 30_000;
  private static final int MAX_READ_BYTES = 8 << 20;

  private final StateStore store;
  private final Machines machines;
  private final Power power;
  private final Guests guests;
  private final Finder find;

  public GuestCalls(StateStore store, Machines machines, Power power, Guests guests) {
    this.store = store;
    this.machines = machines;
    this.power = power;
    this.guests = guests;
    this.find = new Finder(store);
  }

  void register(Router router) {
    router.add("POST", "/guest/{vm}/write", this::write);
    router.add("POST", "/guest/{vm}/load", c -> guests.load(find.vm(c), c.body()));
    router.add("GET", "/guest/{vm}/digest", this::digest);
    router.add(
        "GET", "/guest/{vm}/allocated-bytes", c -> guests.allocated(find.vm(c), find.disk(c)));
    router.add("GET", "/guest/{vm}/snapshots", this::snapshots);
    router.add("POST", "/guest/{vm}/power-fail", this::powerFail);
    router.add("PUT", "/guest/{vm}/shutdown-ms", this::setShutdown);
    router.add("GET", "/guest/{vm}/console", this::console);
    router.add("POST", "/guest/{vm}/agent", this::agent);
    router.add("POST", "/guest/{vm}/exec", this::run);
  }

  private JsonNode console(Call call) throws IOException {
    Path file = machines.console(find.vm(call));
    String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    return Json.object().put("text", text);
  }

  private GuestAgent connect(Call call) throws IOException {
    return new GuestAgent(
        machines.agent(find.vm(call)), Json.number(call.body(), "timeoutMs", AGENT_MILLIS));
  }

  private JsonNode agent(Call call) throws IOException {
    try (GuestAgent agent = connect(call)) {
      return Json.object()
          .set(
              "return",
              agent.execute(
                  Json.text(call.body(), "execute", "guest-ping"), call.body().get("arguments")));
    }
  }

  private JsonNode run(Call call) throws IOException {
    try (GuestAgent agent = connect(call)) {
      return agent.run(Json.text(call.body(), "command", "true"));
    }
  }

  private JsonNode snapshots(Call call) {
    ObjectNode answer = Json.object();
    ArrayNode names = answer.putArray("snapshots");
    find.vm(call).snapshots.forEach(snapshot -> names.add(snapshot.name));
    return answer;
  }

  private JsonNode write(Call call) throws IOException {
    guests.write(find.vm(call), call.body());
    return Json.object().put("written", Json.number(call.body(), "length", 65536));
  }

  private JsonNode digest(Call call) throws IOException {
    String name = call.query("snapshot", "");
    Vm vm = find.vm(call);
    Snapshot snapshot =
        name.isEmpty()
            ? null
            : vm.snapshot(name)
                .orElseThrow(
                    () -> new CasException(CasException.NO_SNAPSHOT, "no snapshot " + name));
    return guests.digest(vm, find.disk(call), snapshot);
  }

  /** Sends raw bytes of a disk. */
  void read(HttpExchange exchange, String name) throws IOException {
    var query = Http.query(exchange.getRequestURI().getRawQuery());
    Vm vm = find.vm(Http.decode(name));
    Disk disk = Guests.requireDisk(vm, query.getOrDefault("device", "vda"));
    long offset = Long.parseLong(query.getOrDefault("offset", "0"));
    int length = Math.min(MAX_READ_BYTES, Integer.parseInt(query.getOrDefault("length", "65536")));
    byte[] bytes = guests.reading(vm, disk, null, client -> client.read(offset, length));
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    Http.send(exchange, 200, bytes);
  }

  private JsonNode powerFail(Call call) throws IOException {
    return machines.locked(
        find.vm(call).id,
        v -> {
          power.powerOff(v, false);
          return null;
        });
  }

  private JsonNode setShutdown(Call call) {
    Vm vm = find.vm(call);
    return store.change(
        s -> {
          vm.shutdownMillis = call.idQuery("ms");
          return null;
        });
  }
}
