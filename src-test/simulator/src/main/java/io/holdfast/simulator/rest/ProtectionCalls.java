package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.TaskRecord;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.task.Tasks.Subject;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Quiesce;
import io.holdfast.simulator.vm.Ranges;
import io.holdfast.simulator.vm.SnapshotRules;
import io.holdfast.simulator.vm.Snapshots;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Snapshots, changed block tracking and valid data. */
public final class ProtectionCalls {
  private final StateStore store;
  private final Machines machines;
  private final Snapshots snapshots;
  private final Tracking tracking;
  private final Guests guests;
  private final Context context;

  public ProtectionCalls(
      StateStore store,
      Machines machines,
      Snapshots snapshots,
      Tracking tracking,
      Guests guests,
      Context context) {
    this.store = store;
    this.machines = machines;
    this.snapshots = snapshots;
    this.tracking = tracking;
    this.guests = guests;
    this.context = context;
  }

  /**
   * Surroundings: tasks, faults, who freezes guests, the largest page, and who closes data handles
   * on a VM's snapshot.
   */
  public record Context(
      Tasks tasks,
      Faults faults,
      Quiesce quiesce,
      int pageLimit,
      BiConsumer<Integer, String> closeHandles) {}

  /** Adds the routes. */
  public void register(Router router) {
    router.add("POST", "/vm/snapshot", this::create);
    router.add("PUT", "/vm/snapshot/resume", this::revert);
    router.add("PUT", "/vm/snapshot/restore", this::rename);
    router.add("GET", "/vm/snapshot/{id}", c -> list(machines.vm(c.id(0))));
    router.add("GET", "/vm/snapshot/uuid/{uuid}", c -> list(byUuid(c)));
    router.add(
        "DELETE",
        "/vm/snapshot/{id}/{name}",
        c -> delete(c, machines.vm(c.id(0)), s -> s.name.equals(c.path().get(1)), c.path().get(1)));
    router.add(
        "DELETE",
        "/vm/snapshot/uuid/{uuid}/{name}",
        c -> delete(c, byUuid(c), s -> s.name.equals(c.path().get(1)), c.path().get(1)));
    router.add("DELETE", "/vm/uuid/{uuid}/snapshot", c -> delete(c, byUuid(c), s -> true, ""));
    router.add("GET", "/vm/{id}/snapshotCapability", this::capability);
    router.add("PUT", "/vm/{id}/cbt", this::setTracking);
    router.add("GET", "/vm/{id}/cbt", c -> tracking.describe(machines.vm(c.id(0))));
    router.add("GET", "/vm/{id}/cbt/changes", this::changes);
    router.add("DELETE", "/vm/{id}/cbt/points", this::dropPoints);
    router.add("GET", "/vm/{id}/allocated", this::allocated);
  }

  private Vm byUuid(Call call) {
    String uuid = call.path().get(0);
    return store
        .read(s -> s.vms.stream().filter(v -> v.uuid.equals(uuid)).findFirst())
        .orElseThrow(() -> new CasException(CasException.NO_VM, "虚拟机不存在：" + uuid));
  }

  private static JsonNode list(Vm vm) {
    return InventoryCalls.listOf("snapshot", Describe.snapshotTree(vm, ""));
  }

  private static Snapshot requireSnapshot(Vm vm, String name) {
    return vm.snapshot(name)
        .orElseThrow(() -> new CasException(CasException.NO_SNAPSHOT, "快照不存在：" + name));
  }

  private JsonNode create(Call call) {
    Vm vm = machines.vm((int) Json.number(call.body(), "vmId", 0));
    VmCalls.requireSettled(vm);
    Machines.requireStatus(vm, VmStatus.RUNNING, VmStatus.SHUT_OFF);
    Snapshot snapshot = new Snapshot();
    snapshot.name = Json.text(call.body(), "name", "");
    if (snapshot.name.isBlank() || snapshot.name.length() > 128 || snapshot.name.contains("/")) {
      throw new CasException(CasException.BAD_NAME, "快照名称无效");
    }
    if (vm.snapshot(snapshot.name).isPresent()) {
      throw new CasException(CasException.SNAPSHOT_EXISTS, "快照已存在：" + snapshot.name);
    }
    snapshot.title = Json.text(call.body(), "snapshotTitle", snapshot.name);
    snapshot.description = Json.text(call.body(), "desc", "");
    snapshot.external = Json.number(call.body(), "snapType", 0) == 1;
    snapshot.memory = Json.flag(call.body(), "snapMem");
    snapshot.timeoutMillis = 1000 * Json.number(call.body(), "snapshotTimeOut", 600);
    SnapshotRules.requireSupported(vm, snapshot.external);
    return context
        .tasks()
        .submit(
            new Subject(60, "创建快照", vm.id, vm.name),
            call.fault(),
            t -> {
              t.detail = snapshot.name;
              machines.locked(
                  vm.id,
                  v -> {
                    boolean quiesced = false;
                    if (Json.flag(call.body(), "quiesce")) {
                      quiesced = frozen(call, t, v, snapshot);
                    } else {
                      snapshots.take(v, snapshot);
                    }
                    t.refreshData.add(new String[] {"quiesced", quiesced ? "1" : "0"});
                    return null;
                  });
              t.refreshData.add(new String[] {"snapshot", snapshot.name});
            });
  }

  private boolean frozen(Call call, TaskRecord task, Vm vm, Snapshot snapshot) throws IOException {
    return context
        .quiesce()
        .around(
            vm,
            call.fault(),
            () -> context.tasks().isCancelled(task),
            () -> snapshots.take(vm, snapshot));
  }

  private JsonNode delete(Call call, Vm vm, Predicate<Snapshot> which, String name) {
    if (!name.isEmpty()) {
      requireSnapshot(vm, name);
    }
    return context
        .tasks()
        .submit(
            new Subject(61, "删除快照", vm.id, vm.name),
            call.fault(),
            t ->
                machines.locked(
                    vm.id,
                    v -> {
                      List<Snapshot> gone =
                          v.snapshots.stream()
                              .filter(which)
                              .sorted((a, b) -> Integer.compare(b.id, a.id))
                              .toList();
                      for (Snapshot snapshot : gone) {
                        context.closeHandles().accept(v.id, snapshot.name);
                        snapshots.delete(v, snapshot);
                      }
                      return null;
                    }));
  }

  private JsonNode revert(Call call) {
    Vm vm = machines.vm((int) Json.number(call.body(), "vmId", 0));
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    Snapshot snapshot = requireSnapshot(vm, Json.text(call.body(), "name", ""));
    return context
        .tasks()
        .submit(
            new Subject(62, "还原快照", vm.id, vm.name),
            call.fault(),
            t ->
                machines.locked(
                    vm.id,
                    v -> {
                      snapshots.revert(v, snapshot);
                      return null;
                    }));
  }

  private JsonNode rename(Call call) {
    Vm vm = machines.vm(call.idQuery("vmId"));
    Snapshot snapshot = requireSnapshot(vm, call.query("name", ""));
    String fresh = call.query("snapName", snapshot.name);
    return store.change(
        s -> {
          vm.snapshots.stream()
              .filter(o -> o.parent.equals(snapshot.name))
              .forEach(o -> o.parent = fresh);
          snapshot.name = fresh;
          snapshot.description = call.query("desc", snapshot.description);
          return null;
        });
  }

  private JsonNode capability(Call call) {
    Vm vm = machines.vm(call.id(0));
    ObjectNode out =
        Json.object().put("internal", supported(vm, false)).put("external", supported(vm, true));
    ArrayNode reasons = out.putArray("reasons");
    for (SnapshotRules.Obstacle o : SnapshotRules.obstacles(vm)) {
      reasons.addObject().put("type", o.type()).put("device", o.device()).put("reason", o.reason());
    }
    return out;
  }

  private static boolean supported(Vm vm, boolean external) {
    try {
      SnapshotRules.requireSupported(vm, external);
      return true;
    } catch (CasException e) {
      return false;
    }
  }

  private JsonNode setTracking(Call call) {
    Vm vm = machines.vm(call.id(0));
    boolean enable = Json.flag(call.body(), "enable");
    if (enable) {
      Machines.requireStatus(vm, VmStatus.RUNNING);
      if (vm.disks.stream().noneMatch(d -> d.format.equals("qcow2"))) {
        throw new CasException(CasException.CBT_UNSUPPORTED, "虚拟机没有支持 CBT 的磁盘");
      }
    }
    return context
        .tasks()
        .submit(
            new Subject(63, enable ? "启用 CBT" : "关闭 CBT", vm.id, vm.name),
            call.fault(),
            t ->
                machines.locked(
                    vm.id,
                    v -> {
                      if (enable) {
                        machines.requireQemu(v);
                        tracking.enable(v);
                      } else {
                        tracking.disable(v, machines.qemu(v.id));
                      }
                      return null;
                    }));
  }

  private JsonNode changes(Call call) {
    Vm vm = machines.vm(call.id(0));
    Disk disk = Guests.requireDisk(vm, call.query("device", ""));
    Snapshot snapshot = requireSnapshot(vm, call.query("snapshot", ""));
    SnapshotDisk part =
        snapshot
            .disk(disk.device)
            .orElseThrow(() -> new CasException(CasException.DEVICE, "快照不包含磁盘：" + disk.device));
    requireTracking(vm);
    List<long[]> areas = tracking.changes(vm, disk, call.query("since", ""), part);
    return disturbed(
        call, page(call, areas, part.sizeBytes).put("bitmapId", part.bitmapId), part.sizeBytes);
  }

  private static ObjectNode disturbed(Call call, ObjectNode page, long sizeBytes) {
    return call.fault().map(f -> AreaFaults.apply(page, f, sizeBytes)).orElse(page);
  }

  /** E0760 has no incremental backup of running VMs. */
  private void requireTracking(Vm vm) {
    boolean able =
        store.read(s -> s.host(vm.hostId).map(s::release).orElseThrow().tracksRunningVms());
    if (!able && vm.status != VmStatus.SHUT_OFF) {
      throw new CasException(CasException.CBT_UNSUPPORTED, "当前版本不支持开机虚拟机的增量备份");
    }
  }

  private ObjectNode page(Call call, List<long[]> areas, long sizeBytes) {
    long offset = Long.parseLong(call.query("offset", "0"));
    int limit =
        Math.max(
            1,
            Math.min(
                context.pageLimit(),
                Integer.parseInt(call.query("limit", Integer.toString(context.pageLimit())))));
    ObjectNode out = Json.object().put("granularity", QemuProcess.GRANULARITY);
    ArrayNode list = out.putArray("areas");
    long next = sizeBytes;
    boolean more = false;
    for (long[] area : areas) {
      long from = Math.max(area[0], offset);
      long length = area[0] + area[1] - from;
      if (length <= 0) {
        continue;
      }
      if (list.size() == limit) {
        next = from;
        more = true;
        break;
      }
      list.addObject().put("offset", from).put("length", length);
    }
    return out.put("next", next).put("more", more);
  }

  private JsonNode dropPoints(Call call) throws IOException {
    return machines.locked(
        call.id(0),
        v -> {
          tracking.drop(v, Set.copyOf(List.of(call.query("drop", "").split(","))));
          return null;
        });
  }

  private JsonNode allocated(Call call) throws IOException {
    Vm vm = machines.vm(call.id(0));
    Disk disk = Guests.requireDisk(vm, call.query("device", ""));
    String name = call.query("snapshot", "");
    Snapshot snapshot = name.isEmpty() ? null : requireSnapshot(vm, name);
    if (disk.block || disk.encrypted || context.faults().noValidData()) {
      throw new CasException(CasException.NO_VALID_DATA, "无法获取有效数据");
    }
    if (snapshot == null) {
      Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    } else if (snapshot.disk(disk.device).isEmpty()) {
      throw new CasException(CasException.DEVICE, "快照不包含磁盘：" + disk.device);
    }
    List<long[]> data = guests.reading(vm, disk, snapshot, client -> client.ranges(2, 0));
    List<long[]> areas = Ranges.aligned(data, QemuProcess.GRANULARITY, disk.sizeBytes);
    return disturbed(call, page(call, areas, disk.sizeBytes), disk.sizeBytes);
  }
}
