package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.cvd.Controls;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.seed.LabPools;
import io.holdfast.simulator.seed.Seed;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.vm.HighAvailability;
import io.holdfast.simulator.vm.Power;
import java.io.IOException;
import java.util.List;

/** Lab calls about the platform: release, hosts, their switches, storage pools. SIM-02, SIM-07. */
public final class HostEvents {
  private final StateStore store;
  private final HighAvailability availability;
  private final Power power;
  private final Controls controls;
  private final LabPools pools;
  private final Finder find;

  public HostEvents(
      StateStore store,
      HighAvailability availability,
      Power power,
      Controls controls,
      LabPools pools) {
    this.store = store;
    this.availability = availability;
    this.power = power;
    this.controls = controls;
    this.pools = pools;
    this.find = new Finder(store);
  }

  void register(Router router) {
    router.add("GET", "/lab/platform", c -> platform());
    router.add("PUT", "/lab/platform", this::setPlatform);
    router.add("POST", "/lab/host/{host}", this::renumber);
    router.add("PUT", "/lab/host/{host}", this::setHost);
    router.add("POST", "/lab/host/{host}/fail", this::fail);
    router.add("POST", "/lab/host/{host}/repair", this::repair);
    router.add("PUT", "/lab/host/{host}/vswitch/{name}", this::setSwitch);
    router.add("DELETE", "/lab/host/{host}/vswitch/{name}", this::removeSwitch);
    router.add("PUT", "/lab/pool/{pool}", this::setPool);
  }

  private Host host(Call call) {
    return find.host(call.path().get(0));
  }

  private JsonNode platform() {
    ObjectNode out = Json.object();
    return store.read(
        s -> {
          out.put("release", s.release)
              .put("arch", s.arch)
              .put("secondLevelFolders", s.secondLevelFolders)
              .put("keepsFirmware", s.keepsFirmware);
          ArrayNode hosts = out.putArray("hosts");
          for (Host host : s.hosts) {
            hosts
                .addObject()
                .put("id", host.id)
                .put("name", host.name)
                .put("ip", host.ip)
                .put("release", s.release(host).text())
                .put("arch", s.arch(host))
                .put("failed", host.failed)
                .put("vms", s.vms.stream().filter(v -> v.hostId == host.id).count());
          }
          return out;
        });
  }

  private JsonNode setPlatform(Call call) {
    JsonNode body = call.body();
    return store.change(
        s -> {
          s.release = Json.text(body, "release", s.release);
          s.arch = Json.text(body, "arch", s.arch);
          if (body.has("secondLevelFolders")) {
            s.secondLevelFolders = Json.flag(body, "secondLevelFolders");
          }
          if (body.has("keepsFirmware")) {
            s.keepsFirmware = Json.flag(body, "keepsFirmware");
          }
          return null;
        });
  }

  private JsonNode setHost(Call call) {
    Host host = host(call);
    return store.change(
        s -> {
          host.release = Json.text(call.body(), "release", host.release);
          host.arch = Json.text(call.body(), "arch", host.arch);
          return null;
        });
  }

  private JsonNode renumber(Call call) {
    Host host = host(call);
    int old = host.id;
    for (Vm vm : on(old)) {
      power.closeHandles(vm);
    }
    return store.change(
        s -> {
          int highest = s.hosts.stream().mapToInt(h -> h.id).max().orElse(0);
          int fresh = (int) Json.number(call.body(), "newId", highest + 1);
          if (fresh != old && s.host(fresh).isPresent()) {
            throw new CasException(CasException.UNKNOWN, "host id " + fresh + " is taken");
          }
          host.id = fresh;
          s.switches.stream().filter(v -> v.hostId == old).forEach(v -> v.hostId = fresh);
          s.pools.stream().filter(p -> p.hostId == old).forEach(p -> p.hostId = fresh);
          s.vms.stream().filter(v -> v.hostId == old).forEach(v -> v.hostId = fresh);
          if (Json.flag(call.body(), "newVmIds")) {
            s.vms.stream().filter(v -> v.hostId == fresh).forEach(v -> renumberVm(s, v));
          }
          return Json.object().put("id", fresh);
        });
  }

  private static void renumberVm(CasState state, Vm vm) {
    vm.key = vm.permanentKey();
    vm.id = state.nextVmId++;
  }

  private List<Vm> on(int hostId) {
    return store.read(s -> s.vms.stream().filter(v -> v.hostId == hostId).toList());
  }

  private JsonNode fail(Call call) throws IOException {
    Host host = host(call);
    boolean restart = !call.body().has("ha") || Json.flag(call.body(), "ha");
    store.change(s -> host.failed = true);
    controls.refresh();
    return availability.failed(host, restart, Json.number(call.body(), "haMs", 0));
  }

  private JsonNode repair(Call call) throws IOException {
    Host host = host(call);
    store.change(s -> host.failed = false);
    controls.refresh();
    availability.repaired(host);
    return null;
  }

  private JsonNode setSwitch(Call call) throws IOException {
    Host host = host(call);
    String name = call.path().get(1);
    JsonNode body = call.body();
    store.change(
        s -> {
          VirtualSwitch of =
              s.switches.stream()
                  .filter(v -> v.hostId == host.id && v.name.equals(name))
                  .findFirst()
                  .orElseGet(() -> Seed.virtualSwitch(s, host, name, 32, ""));
          if (body.has("kind")) {
            of.networkType = kind(Json.text(body, "kind", ""));
          }
          of.address = Json.text(body, "address", of.address);
          if (body.has("reachable")) {
            of.unreachable = !Json.flag(body, "reachable");
          }
          return null;
        });
    controls.refresh();
    return null;
  }

  private static int kind(String name) {
    return switch (name) {
      case "management" -> 1;
      case "business" -> 2;
      case "storage" -> 4;
      case "migration" -> 8;
      case "backup" -> 16;
      case "other" -> 32;
      default -> Integer.parseInt(name);
    };
  }

  private JsonNode removeSwitch(Call call) throws IOException {
    Host host = host(call);
    store.change(
        s -> s.switches.removeIf(v -> v.hostId == host.id && v.name.equals(call.path().get(1))));
    controls.refresh();
    return null;
  }

  private JsonNode setPool(Call call) {
    pools.set(call.path().get(0), call.body());
    return null;
  }
}
