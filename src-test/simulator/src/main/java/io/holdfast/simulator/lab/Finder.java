package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.vm.Guests;

/** Finds what a lab call names: VMs by id or name, hosts by id or name. */
final class Finder {
  private final StateStore store;

  Finder(StateStore store) {
    this.store = store;
  }

  /** The VM of this name or id; names win. */
  Vm vm(String name) {
    return store
        .read(
            s ->
                s.vms.stream()
                    .filter(v -> v.name.equals(name))
                    .findFirst()
                    .or(
                        () ->
                            s.vms.stream()
                                .filter(v -> Integer.toString(v.id).equals(name))
                                .findFirst()))
        .orElseThrow(() -> new CasException(CasException.NO_VM, "no VM " + name));
  }

  /** The VM that is the first element of the path. */
  Vm vm(Call call) {
    return vm(call.path().get(0));
  }

  /** The VM's disk that the query names, or its first. */
  Disk disk(Call call) {
    return Guests.requireDisk(vm(call), call.query("device", "vda"));
  }

  /** The host of this id or name. */
  Host host(String name) {
    return store
        .read(
            s ->
                s.hosts.stream()
                    .filter(h -> h.name.equals(name) || Integer.toString(h.id).equals(name))
                    .findFirst())
        .orElseThrow(() -> new CasException(CasException.NO_HOST, "no host " + name));
  }

  /** The host that a body's member names by id or name; the first host when it is missing. */
  Host host(JsonNode body, String member) {
    String name = Json.text(body, member, "");
    return name.isEmpty() ? store.read(s -> s.hosts.get(0)) : host(name);
  }

  /** An answer without content. */
  static JsonNode done(Runnable action) {
    action.run();
    return null;
  }
}
