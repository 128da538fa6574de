package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.task.Tasks.Subject;
import io.holdfast.simulator.vm.Copies;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;
import java.util.List;

/** Templates, clones, storage migration and the recycle bin. SIM-02; bodies are our assumption. */
public final class CopyCalls {
  private final StateStore store;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Copies copies;
  private final Tasks tasks;

  public CopyCalls(
      StateStore store, Machines machines, Lifecycle lifecycle, Copies copies, Tasks tasks) {
    this.store = store;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.copies = copies;
    this.tasks = tasks;
  }

  /** Adds the routes. */
  public void register(Router router) {
    router.add("POST", "/vm/clone", c -> copy(c, "克隆虚拟机", 40, "cloneType"));
    router.add("POST", "/vm/deploy", c -> copy(c, "部署虚拟机", 41, "deployMode"));
    router.add("PUT", "/vm/convertTemplate/{id}", this::toTemplate);
    router.add("PUT", "/vm/alterStoragePool", this::move);
    router.add("PUT", "/vm/recycle/{id}", this::recycle);
    router.add("GET", "/vm/recycle", c -> recycled());
    router.add("PUT", "/vm/recycle/restore/{id}", this::takeBack);
    router.add("DELETE", "/vm/recycle/{id}", this::destroy);
  }

  private JsonNode copy(Call call, String title, int eventType, String kind) {
    Vm source = machines.vm((int) Json.number(call.body(), "id", 0));
    VmCalls.requireSettled(source);
    String name = Json.text(call.body(), "name", "");
    if (name.isBlank()) {
      throw new CasException(CasException.UNKNOWN, "虚拟机名称不能为空");
    }
    store.read(
        s -> {
          Lifecycle.requireNewName(s, name);
          return null;
        });
    boolean linked = Json.number(call.body(), kind, 0) == 1;
    return tasks.submit(
        new Subject(eventType, title, 0, name),
        call.fault(),
        t -> {
          Vm vm =
              machines.locked(
                  source.id,
                  v -> copies.clone(v, name, Json.text(call.body(), "title", ""), linked));
          t.targetId = vm.id;
          t.refreshData.add(new String[] {"vm", Integer.toString(vm.id)});
        });
  }

  private JsonNode toTemplate(Call call) {
    Vm vm = machines.vm(call.id(0));
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    return tasks.submit(
        new Subject(42, "转换为模板", vm.id, vm.name),
        call.fault(),
        t -> machines.note(vm, VmStatus.TEMPLATE));
  }

  private JsonNode move(Call call) {
    Vm vm = machines.vm((int) Json.number(call.body(), "id", 0));
    VmCalls.requireSettled(vm);
    String pool = Json.text(call.body(), "poolName", "");
    String device = Json.text(call.body(), "deviceName", "");
    store.change(s -> vm.migrating = true);
    return tasks.submit(
        new Subject(36, "迁移虚拟机", vm.id, vm.name),
        call.fault(),
        t ->
            machines.locked(
                vm.id,
                v -> {
                  List<Disk> wanted =
                      device.isEmpty() ? v.disks : List.of(Guests.requireDisk(v, device));
                  for (Disk disk : List.copyOf(wanted)) {
                    copies.move(v, disk, pool);
                  }
                  return null;
                }),
        () -> store.change(s -> vm.migrating = false));
  }

  private JsonNode recycle(Call call) {
    Vm vm = machines.vm(call.id(0));
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    VmCalls.requireUnprotected(vm);
    return tasks.submit(
        new Subject(43, "移入回收站", vm.id, vm.name),
        call.fault(),
        t -> store.change(s -> vm.recycled = true));
  }

  private JsonNode recycled() {
    ObjectNode out = Json.object();
    ArrayNode list = out.putArray("domain");
    for (Vm vm : store.read(s -> List.copyOf(s.vms))) {
      if (vm.recycled) {
        list.addObject().put("id", vm.id).put("uuid", vm.uuid).put("name", vm.name);
      }
    }
    return out;
  }

  private Vm inBin(Call call) {
    return store
        .read(s -> s.vm(call.id(0)))
        .filter(v -> v.recycled)
        .orElseThrow(() -> new CasException(CasException.NO_VM, "回收站中无此虚拟机"));
  }

  private JsonNode takeBack(Call call) {
    Vm vm = inBin(call);
    return tasks.submit(
        new Subject(44, "从回收站还原", vm.id, vm.name),
        call.fault(),
        t -> store.change(s -> vm.recycled = false));
  }

  private JsonNode destroy(Call call) {
    Vm vm = inBin(call);
    boolean withDisks = call.query("type", "1").equals("1");
    return tasks.submit(
        new Subject(21, "删除虚拟机", vm.id, vm.name), call.fault(), t -> end(vm, withDisks));
  }

  private void end(Vm vm, boolean withDisks) throws IOException {
    store.change(s -> vm.recycled = false);
    machines.locked(
        vm.id,
        v -> {
          lifecycle.delete(v, withDisks);
          return null;
        });
  }
}
