package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.cvd.Handles;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Http;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.rest.Router.Found;
import io.holdfast.simulator.rest.Router.WrongMethodException;
import io.holdfast.simulator.seed.LabVms;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The lab port: faults, guests and VMs for tests. No part of CAS. Plain JSON, errors as 400 with a
 * sentence. SIM-07.
 */
public final class LabServer {
  private static final Logger LOG = Logger.getLogger(LabServer.class.getName());
  private static final int MAX_READ_BYTES = 8 << 20;

  private final Router router = new Router();
  private final StateStore store;
  private final Faults faults;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Guests guests;
  private final Tracking tracking;
  private final LabVms vms;
  private final Handles handles;

  public LabServer(StateStore store, Faults faults, Parts parts) {
    this.store = store;
    this.faults = faults;
    this.machines = parts.machines();
    this.lifecycle = parts.lifecycle();
    this.guests = parts.guests();
    this.tracking = parts.tracking();
    this.vms = parts.vms();
    this.handles = parts.handles();
    register();
  }

  /** What the lab works on. */
  public record Parts(
      Machines machines,
      Lifecycle lifecycle,
      Guests guests,
      Tracking tracking,
      LabVms vms,
      Handles handles) {}

  /** Serves on a bound server. */
  public void attach(HttpServer server) {
    server.createContext("/", this::serve);
  }

  private void register() {
    router.add("POST", "/faults", this::addFault);
    router.add("GET", "/faults", c -> Json.object().set("faults", faults.describe()));
    router.add("DELETE", "/faults", c -> done(faults::clear));
    router.add("DELETE", "/faults/{id}", c -> done(() -> faults.remove(c.id(0))));
    router.add("POST", "/guest/{vm}/write", this::write);
    router.add("POST", "/guest/{vm}/load", c -> guests.load(vm(c), c.body()));
    router.add("GET", "/guest/{vm}/digest", this::digest);
    router.add("GET", "/guest/{vm}/allocated-bytes", c -> guests.allocated(vm(c), disk(c)));
    router.add("GET", "/guest/{vm}/snapshots", this::snapshots);
    router.add("POST", "/guest/{vm}/power-fail", this::powerFail);
    router.add("PUT", "/guest/{vm}/shutdown-ms", this::setShutdown);
    router.add("POST", "/lab/vm", c -> vms.create(c.body()));
    router.add("DELETE", "/lab/vm/{vm}", this::deleteVm);
    router.add("POST", "/lab/host/{id}", this::renumberHost);
    router.add("GET", "/lab/stats", this::stats);
    router.add("DELETE", "/lab/stats", c -> done(handles.traffic()::reset));
  }

  private static JsonNode done(Runnable action) {
    action.run();
    return null;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    try {
      JsonNode body = Json.parse(exchange.getRequestBody().readAllBytes());
      Optional<Found> found = router.find(exchange.getRequestMethod(), path);
      if (path.matches("/guest/[^/]+/read")) {
        read(exchange, path.split("/")[2]);
      } else if (found.isEmpty()) {
        Http.send(exchange, 404, new byte[0]);
      } else {
        Call call =
            new Call(
                found.get().parameters(),
                Http.query(exchange.getRequestURI().getRawQuery()),
                body,
                Optional.empty());
        JsonNode result = found.get().handler().handle(call);
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        Http.send(
            exchange,
            result == null ? 204 : 200,
            result == null ? new byte[0] : Json.bytes(result));
      }
    } catch (WrongMethodException e) {
      Http.send(exchange, 405, new byte[0]);
    } catch (CasException | IOException e) {
      LOG.log(Level.INFO, path, e);
      Http.send(exchange, 400, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, path, e);
      Http.send(exchange, 500, String.valueOf(e).getBytes(StandardCharsets.UTF_8));
    } finally {
      exchange.close();
    }
  }

  private JsonNode snapshots(Call call) {
    ObjectNode answer = Json.object();
    ArrayNode names = answer.putArray("snapshots");
    vm(call).snapshots.forEach(snapshot -> names.add(snapshot.name));
    return answer;
  }

  private Vm named(String name) {
    return store
        .read(
            s ->
                s.vms.stream()
                    .filter(v -> v.name.equals(name) || Integer.toString(v.id).equals(name))
                    .findFirst())
        .orElseThrow(() -> new CasException(CasException.NO_VM, "no VM " + name));
  }

  private Vm vm(Call call) {
    return named(call.path().get(0));
  }

  private Disk disk(Call call) {
    return Guests.requireDisk(vm(call), call.query("device", "vda"));
  }

  private JsonNode addFault(Call call) throws IOException {
    if (Json.text(call.body(), "action", "").equals("lose-cbt")) {
      return machines.locked(
          named(Json.text(call.body(), "vm", "")).id,
          v -> {
            tracking.lose(v, "lost", machines.qemu(v.id));
            return Json.object().put("id", 0);
          });
    }
    return Json.object().put("id", faults.add(call.body()));
  }

  private JsonNode write(Call call) throws IOException {
    guests.write(vm(call), call.body());
    return Json.object().put("written", Json.number(call.body(), "length", 65536));
  }

  private JsonNode digest(Call call) throws IOException {
    String name = call.query("snapshot", "");
    Snapshot snapshot =
        name.isEmpty()
            ? null
            : vm(call)
                .snapshot(name)
                .orElseThrow(
                    () -> new CasException(CasException.NO_SNAPSHOT, "no snapshot " + name));
    return guests.digest(vm(call), disk(call), snapshot);
  }

  private void read(HttpExchange exchange, String name) throws IOException {
    var query = Http.query(exchange.getRequestURI().getRawQuery());
    Vm vm = named(Http.decode(name));
    Disk disk = Guests.requireDisk(vm, query.getOrDefault("device", "vda"));
    long offset = Long.parseLong(query.getOrDefault("offset", "0"));
    int length = Math.min(MAX_READ_BYTES, Integer.parseInt(query.getOrDefault("length", "65536")));
    byte[] bytes = guests.reading(vm, disk, null, client -> client.read(offset, length));
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    Http.send(exchange, 200, bytes);
  }

  private JsonNode powerFail(Call call) throws IOException {
    return machines.locked(
        vm(call).id,
        v -> {
          lifecycle.powerOff(v, false);
          return null;
        });
  }

  private JsonNode setShutdown(Call call) {
    Vm vm = vm(call);
    return store.change(
        s -> {
          vm.shutdownMillis = call.idQuery("ms");
          return null;
        });
  }

  private JsonNode deleteVm(Call call) throws IOException {
    return machines.locked(
        vm(call).id,
        v -> {
          v.snapshots.forEach(s -> handles.closeSnapshot(v.id, s.name));
          if (v.status != VmStatus.SHUT_OFF) {
            machines.powerOff(v, true);
          }
          lifecycle.delete(v, true);
          return null;
        });
  }

  private JsonNode renumberHost(Call call) {
    int fresh = (int) Json.number(call.body(), "newId", 0);
    return store.change(
        s -> {
          s.host(call.id(0))
                  .orElseThrow(() -> new CasException(CasException.NO_HOST, "no host"))
                  .id =
              fresh;
          s.switches.stream().filter(v -> v.hostId == call.id(0)).forEach(v -> v.hostId = fresh);
          s.pools.stream().filter(p -> p.hostId == call.id(0)).forEach(p -> p.hostId = fresh);
          s.vms.stream().filter(v -> v.hostId == call.id(0)).forEach(v -> v.hostId = fresh);
          return null;
        });
  }

  private JsonNode stats(Call call) {
    ObjectNode out =
        Json.object()
            .put("bytesRead", handles.traffic().bytesRead())
            .put("bytesWritten", handles.traffic().bytesWritten());
    return out.put("openHandles", handles.count());
  }
}
