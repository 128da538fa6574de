package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.task.Tasks.Subject;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Power;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Calls about VMs: lists, details, power, migration, deletion. */
public final class VmCalls {
  private final StateStore store;
  private final Describe describe;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Power power;
  private final Tasks tasks;

  public VmCalls(
      StateStore store,
      Describe describe,
      Machines machines,
      Lifecycle lifecycle,
      Power power,
      Tasks tasks) {
    this.store = store;
    this.describe = describe;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.power = power;
    this.tasks = tasks;
  }

  /** Adds the routes. */
  public void register(Router router) {
    router.add("GET", "/vm/vmList", this::list);
    router.add("GET", "/vm/domains", this::list);
    router.add(
        "GET",
        "/host/id/{id}/vm",
        c -> InventoryCalls.listOf("domain", vms(v -> v.hostId == c.id(0))));
    router.add("GET", "/vm/isExist", this::exists);
    router.add("GET", "/vm/macs", c -> InventoryCalls.listOf("mac", macs()));
    router.add("GET", "/vm/mac", c -> Json.object().put("mac", newMac(store)));
    router.add("GET", "/vm/{id}", c -> describe.vm(machines.vm(c.id(0))));
    router.add(
        "GET",
        "/vm/uuid/{uuid}",
        c -> describe.vm(find(v -> v.uuid.equals(c.path().get(0)), c.path().get(0))));
    router.add(
        "GET",
        "/vm/basicInfo/{name}",
        c -> describe.vm(find(v -> v.name.equals(c.path().get(0)), c.path().get(0))));
    router.add("GET", "/vm/detail/{id}", c -> describe.vmDetail(machines.vm(c.id(0))));
    router.add(
        "GET",
        "/vm/detail/uuid/{uuid}",
        c -> describe.vmDetail(find(v -> v.uuid.equals(c.path().get(0)), c.path().get(0))));
    router.add("GET", "/vm/{id}/detail/all", c -> describe.vmDetail(machines.vm(c.id(0))));
    router.add(
        "GET",
        "/vm/{id}/storage",
        c -> InventoryCalls.listOf("storage", describe.storage(machines.vm(c.id(0)))));
    router.add(
        "GET",
        "/vm/{id}/network",
        c -> InventoryCalls.listOf("network", describe.networks(machines.vm(c.id(0)))));
    router.add(
        "GET",
        "/vm/network/{id}",
        c -> InventoryCalls.listOf("network", describe.networks(machines.vm(c.id(0)))));
    router.add("GET", "/vm/{id}/status", this::status);
    router.add(
        "GET",
        "/vm/isAbleModify/{id}",
        c -> Json.object().put("able", !machines.vm(c.id(0)).migrating));
    power(router);
    router.add("PUT", "/vm/migrate", this::migrate);
    router.add(
        "DELETE",
        "/vm/deleteVm",
        c -> delete(c, c.idQuery("id"), c.query("type", "0").equals("1")));
    router.add("DELETE", "/vm/delete/{id}", c -> delete(c, c.id(0), false));
    router.add(
        "DELETE",
        "/vm/delete/uuid/{uuid}",
        c ->
            delete(
                c,
                find(v -> v.uuid.equals(c.path().get(0)), c.path().get(0)).id,
                c.query("type", "0").equals("1")));
  }

  private void power(Router router) {
    router.add(
        "PUT",
        "/vm/start/{id}",
        c -> task(c, 30, "启动虚拟机", v -> v.status == VmStatus.SHUT_OFF, power::start));
    router.add("PUT", "/vm/stop/{id}", this::shutDown);
    router.add(
        "PUT",
        "/vm/powerOff/{id}",
        c ->
            task(
                c,
                31,
                "关闭虚拟机电源",
                v -> v.status == VmStatus.RUNNING || v.status == VmStatus.PAUSED || v.hibernated,
                v -> power.powerOff(v, true)));
    router.add(
        "PUT",
        "/vm/pause/{id}",
        c ->
            task(c, 34, "暂停虚拟机", v -> v.status == VmStatus.RUNNING, v -> power.setPaused(v, true)));
    router.add(
        "PUT",
        "/vm/restore/{id}",
        c ->
            task(c, 35, "恢复虚拟机", v -> v.status == VmStatus.PAUSED, v -> power.setPaused(v, false)));
    router.add(
        "PUT",
        "/vm/sleep/{id}",
        c -> task(c, 37, "休眠虚拟机", v -> v.status == VmStatus.RUNNING, power::hibernate));
    router.add(
        "PUT",
        "/vm/restart/{id}",
        c ->
            task(
                c,
                33,
                "重启虚拟机",
                v -> v.status == VmStatus.RUNNING,
                v -> {
                  power.powerOff(v, true);
                  power.start(v);
                }));
  }

  private JsonNode shutDown(Call call) {
    Vm vm = machines.vm(call.id(0));
    requireSettled(vm);
    Machines.requireStatus(vm, VmStatus.RUNNING);
    return tasks.submit(
        new Subject(32, "关闭虚拟机", vm.id, vm.name), call.fault(), t -> power.awaitShutdown(vm));
  }

  /** What a power task does with the VM's lock held. */
  private interface PowerAction {
    void run(Vm vm) throws IOException;
  }

  private ObjectNode task(
      Call call, int eventType, String name, Predicate<Vm> allowed, PowerAction action) {
    Vm vm = machines.vm(call.id(0));
    requireSettled(vm);
    if (!allowed.test(vm)) {
      throw new CasException(
          CasException.WRONG_STATE, "虚拟机 " + vm.name + " 当前状态为 " + VmStatus.text(vm.status));
    }
    return onVm(call, vm, new Subject(eventType, name, vm.id, vm.name), action);
  }

  private ObjectNode onVm(Call call, Vm vm, Subject subject, PowerAction action) {
    return tasks.submit(
        subject,
        call.fault(),
        t ->
            machines.locked(
                vm.id,
                v -> {
                  action.run(v);
                  return null;
                }));
  }

  static void requireSettled(Vm vm) {
    if (vm.migrating) {
      throw new CasException(CasException.MIGRATING, "虚拟机正在迁移：" + vm.name);
    }
  }

  static void requireUnprotected(Vm vm) {
    if (vm.protectedFromDeletion) {
      throw new CasException(CasException.PROTECTED, "虚拟机受保护，不能删除：" + vm.name);
    }
  }

  private JsonNode list(Call call) {
    String name = call.query("domainName", "");
    String host = call.query("hostId", "");
    String pool = call.query("hpId", "");
    String cluster = call.query("clusterId", "");
    ArrayNode all =
        vms(
            v -> {
              var h = store.read(s -> s.host(v.hostId)).orElseThrow();
              return (name.isEmpty() || v.name.contains(name) || v.title.contains(name))
                  && (host.isEmpty() || host.equals(Integer.toString(h.id)))
                  && (pool.isEmpty() || pool.equals(Integer.toString(h.hostPoolId)))
                  && (cluster.isEmpty() || cluster.equals(Integer.toString(h.clusterId)));
            });
    return InventoryCalls.listOf("domain", InventoryCalls.page(all, call));
  }

  private ArrayNode vms(Predicate<Vm> wanted) {
    ArrayNode out = Json.array();
    store.read(s -> List.copyOf(s.vms)).stream()
        .filter(v -> !v.recycled)
        .filter(wanted)
        .forEach(v -> out.add(describe.vm(v)));
    return out;
  }

  private Vm find(Predicate<Vm> wanted, String named) {
    Optional<Vm> vm =
        store.read(s -> s.vms.stream().filter(v -> !v.recycled).filter(wanted).findFirst());
    return vm.orElseThrow(() -> new CasException(CasException.NO_VM, "虚拟机不存在：" + named));
  }

  private JsonNode exists(Call call) {
    boolean exists =
        store.read(s -> s.vms.stream().anyMatch(v -> v.name.equals(call.query("name", ""))));
    return Json.object().put("exist", exists);
  }

  private ArrayNode macs() {
    ArrayNode out = Json.array();
    store.read(s -> List.copyOf(s.vms)).forEach(v -> v.nics.forEach(n -> out.add(n.mac)));
    return out;
  }

  /** A new address from CAS's range. */
  public static String newMac(StateStore store) {
    int number = store.change(s -> s.nextMac++);
    return String.format("0c:da:41:1d:%02x:%02x", number >> 8 & 0xff, number & 0xff);
  }

  private JsonNode status(Call call) {
    Vm vm = machines.vm(call.id(0));
    return Json.object()
        .put("id", vm.id)
        .put("status", vm.status)
        .put("vmStatus", VmStatus.text(vm.status));
  }

  private JsonNode migrate(Call call) {
    Vm vm = machines.vm((int) Json.number(call.body(), "id", 0));
    requireSettled(vm);
    int host = (int) Json.number(call.body(), "hostId", 0);
    store.change(s -> vm.migrating = true);
    return tasks.submit(
        new Subject(36, "迁移虚拟机", vm.id, vm.name),
        call.fault(),
        t ->
            machines.locked(
                vm.id,
                v -> {
                  power.migrate(v, host);
                  return null;
                }),
        () -> store.change(s -> vm.migrating = false));
  }

  private JsonNode delete(Call call, int id, boolean withDisks) {
    Vm vm = machines.vm(id);
    Machines.requireStatus(vm, VmStatus.SHUT_OFF, VmStatus.TEMPLATE);
    requireUnprotected(vm);
    return onVm(
        call, vm, new Subject(21, "删除虚拟机", vm.id, vm.name), v -> lifecycle.delete(v, withDisks));
  }
}
