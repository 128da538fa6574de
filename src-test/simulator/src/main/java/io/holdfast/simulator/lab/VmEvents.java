package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.record.Leftovers;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.seed.LabDisks;
import io.holdfast.simulator.seed.LabVms;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Power;
import io.holdfast.simulator.vm.Snapshots;
import java.io.IOException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Lab calls that make VMs and let things happen to them. SIM-02, SIM-07. */
public final class VmEvents {
  private static final Logger LOG = Logger.getLogger(VmEvents.class.getName());

  private final StateStore store;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Parts parts;
  private final Finder find;

  public VmEvents(StateStore store, Machines machines, Lifecycle lifecycle, Parts parts) {
    this.store = store;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.parts = parts;
    this.find = new Finder(store);
  }

  /** What else events work on. */
  public record Parts(
      Power power, Snapshots snapshots, LabVms vms, LabDisks disks, Leftovers leftovers) {}

  void register(Router router) {
    router.add("POST", "/lab/vm", c -> parts.vms().create(c.body()));
    router.add("GET", "/lab/vm", c -> list());
    router.add("PUT", "/lab/vm/{vm}", this::change);
    router.add("DELETE", "/lab/vm/{vm}", this::delete);
    router.add("POST", "/lab/vm/{vm}/state", this::enter);
    router.add("POST", "/lab/vm/{vm}/migrate", this::migrate);
    router.add("POST", "/lab/vm/{vm}/renumber", this::renumber);
    router.add("POST", "/lab/vm/{vm}/rename", this::rename);
    router.add("POST", "/lab/vm/{vm}/snapshot", this::snapshot);
    router.add("DELETE", "/lab/vm/{vm}/snapshot/{name}", this::deleteSnapshot);
    router.add("POST", "/lab/vm/{vm}/disk", this::addDisk);
    router.add("DELETE", "/lab/vm/{vm}/disk/{device}", this::removeDisk);
    router.add("POST", "/lab/vm/{vm}/disk/{device}/resize", this::resize);
  }

  private interface Happening {
    void run(Vm vm) throws IOException;
  }

  /** Lets something happen under the VM's lock, which is as it should be afterwards. */
  private JsonNode on(Call call, Happening happening) throws IOException {
    return machines.locked(
        find.vm(call).id,
        v -> {
          happening.run(v);
          parts.leftovers().adopt(v);
          return null;
        });
  }

  private JsonNode list() {
    ObjectNode out = Json.object();
    ArrayNode list = out.putArray("vms");
    for (Vm vm : store.read(s -> java.util.List.copyOf(s.vms))) {
      list.addObject()
          .put("id", vm.id)
          .put("name", vm.name)
          .put("uuid", vm.uuid)
          .put("hostId", vm.hostId)
          .put("status", VmStatus.text(vm.status))
          .put("qemu", machines.qemu(vm.id).isPresent())
          .put("migrating", vm.migrating)
          .put("hibernated", vm.hibernated)
          .put("recycled", vm.recycled);
    }
    return out;
  }

  private JsonNode change(Call call) throws IOException {
    return machines.locked(
        find.vm(call).id,
        v -> {
          parts.vms().alter(v, call.body());
          return null;
        });
  }

  private JsonNode enter(Call call) throws IOException {
    Vm vm = find.vm(call);
    if (vm.recycled) {
      store.change(s -> vm.recycled = false);
    }
    return on(call, v -> parts.vms().enter(v, Json.text(call.body(), "state", "")));
  }

  private JsonNode migrate(Call call) throws IOException {
    Vm vm = find.vm(call);
    int target = find.host(call.body(), "hostId").id;
    long millis = Json.number(call.body(), "ms", 0);
    store.change(s -> vm.migrating = true);
    if (millis <= 0) {
      move(vm, target, 0);
      return null;
    }
    Thread thread = new Thread(() -> moveLater(vm, target, millis), "lab-migrate");
    thread.setDaemon(true);
    thread.start();
    return null;
  }

  private void moveLater(Vm vm, int target, long millis) {
    try {
      move(vm, target, millis);
    } catch (IOException | CasException e) {
      LOG.log(Level.WARNING, "migration of " + vm.name, e);
    }
  }

  private void move(Vm vm, int target, long millis) throws IOException {
    try {
      Thread.sleep(millis);
      machines.locked(
          vm.id,
          v -> {
            parts.power().migrate(v, target);
            return null;
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      store.change(s -> vm.migrating = false);
    }
  }

  private JsonNode renumber(Call call) throws IOException {
    int fresh =
        store.change(
            s -> {
              int id = (int) Json.number(call.body(), "newId", s.nextVmId);
              if (s.vm(id).isPresent()) {
                throw new CasException(CasException.VM_EXISTS, "VM id " + id + " is taken");
              }
              s.nextVmId = Math.max(s.nextVmId, id + 1);
              return id;
            });
    machines.locked(
        find.vm(call).id,
        v -> {
          parts.power().closeHandles(v);
          return store.change(
              s -> {
                v.key = v.permanentKey();
                v.id = fresh;
                if (Json.flag(call.body(), "newUuid")) {
                  v.uuid = UUID.randomUUID().toString();
                }
                return null;
              });
        });
    return Json.object().put("id", fresh);
  }

  private JsonNode rename(Call call) {
    Vm vm = find.vm(call);
    return store.change(
        s -> {
          vm.name = Json.text(call.body(), "name", vm.name);
          vm.title = Json.text(call.body(), "title", vm.title);
          return null;
        });
  }

  private JsonNode snapshot(Call call) throws IOException {
    return on(call, v -> parts.vms().snapshot(v, call.body()));
  }

  private JsonNode deleteSnapshot(Call call) throws IOException {
    return on(
        call,
        v -> {
          Snapshot gone =
              v.snapshot(call.path().get(1))
                  .orElseThrow(
                      () -> new CasException(CasException.NO_SNAPSHOT, "no such snapshot"));
          parts.power().closeHandles(v);
          parts.snapshots().delete(v, gone);
        });
  }

  private JsonNode addDisk(Call call) throws IOException {
    Vm vm = find.vm(call);
    String[] device = new String[1];
    on(
        call,
        v ->
            device[0] =
                lifecycle.addDisk(
                    v, parts.disks().make(v, Json.object(), call.body(), v.disks.size())));
    Disk disk = Guests.requireDisk(vm, device[0]);
    return Json.object().put("device", device[0]).put("path", disk.path());
  }

  private JsonNode removeDisk(Call call) throws IOException {
    boolean withFile = call.query("file", "delete").equals("delete");
    return on(
        call,
        v -> {
          Disk disk = Guests.requireDisk(v, call.path().get(1));
          lifecycle.removeDisk(v, disk);
          if (withFile) {
            lifecycle.deleteFiles(v, disk);
          }
        });
  }

  private JsonNode resize(Call call) throws IOException {
    long bytes = Json.number(call.body(), "sizeBytes", 0);
    return on(call, v -> lifecycle.resize(v, Guests.requireDisk(v, call.path().get(1)), bytes));
  }

  private JsonNode delete(Call call) throws IOException {
    Vm vm = find.vm(call);
    store.change(
        s -> {
          vm.recycled = false;
          vm.protectedFromDeletion = false;
          return null;
        });
    return machines.locked(
        vm.id,
        v -> {
          parts.power().closeHandles(v);
          if (v.status == VmStatus.RUNNING || v.status == VmStatus.PAUSED) {
            machines.powerOff(v, true);
          }
          machines.note(v, VmStatus.SHUT_OFF);
          lifecycle.delete(v, true);
          return null;
        });
  }
}
