package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasReply;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.spi.FreezeWatch;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.VmSnapshot;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VM snapshots [P]. Which kind is taken ({@code snapType} 0 internal, 1 external) and the list's
 * {@code disks} with their tracking points are assumed [INF]. Thread-safe.
 */
final class CasSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(CasSnapshots.class);

  /** A platform's clock may differ so much from the agent's and be believed. */
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(26);

  private static final int INTERNAL = 0;
  private static final int EXTERNAL = 1;

  private final CasHttp http;
  private final CasTasks tasks;
  private final CasErrors errors;
  private final CasVms vms;

  CasSnapshots(CasHttp http, CasTasks tasks, CasErrors errors, CasVms vms) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
    this.vms = vms;
  }

  /** Takes it, or finds that it was taken; then it is read back, with its marks. */
  VmSnapshot create(CasVm vm, String name, SnapshotType type) {
    take(vm, name, body(vm, name, type), id -> {});
    return taken(vm, name);
  }

  /**
   * The same with the guest's file systems frozen meanwhile: {@code quiesce}, and {@code quiesced}
   * among the finished task's refresh data [INF]. A platform that does not know the field takes the
   * snapshot and says nothing.
   */
  FrozenSnapshot createFrozen(CasVm vm, String name, SnapshotType type, FreezeWatch watch) {
    Map<String, Object> body = body(vm, name, type);
    body.put("quiesce", 1);
    CasTasks.Outcome outcome = take(vm, name, body, watch::begun);
    FrozenSnapshot.Freezing freezing =
        switch (outcome.refreshed("quiesced")) {
          case "1", "true" -> FrozenSnapshot.Freezing.FROZEN;
          case "0", "false" -> FrozenSnapshot.Freezing.UNANSWERED;
          default ->
              outcome.code() == PlatformCode.SNAPSHOT_EXISTS
                  ? FrozenSnapshot.Freezing.FOUND
                  : FrozenSnapshot.Freezing.UNTOLD;
        };
    return new FrozenSnapshot(taken(vm, name), freezing);
  }

  private static Map<String, Object> body(CasVm vm, String name, SnapshotType type) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("vmId", vm.id());
    body.put("name", name);
    body.put("snapshotTitle", name);
    body.put("desc", name);
    body.put("snapMem", 0);
    body.put("snapshotTimeOut", 600);
    body.put("snapType", type == SnapshotType.SNAPSHOT_EXTERNAL ? EXTERNAL : INTERNAL);
    return body;
  }

  private CasTasks.Outcome take(
      CasVm vm, String name, Map<String, Object> body, Consumer<String> begun) {
    CasTasks.Outcome outcome =
        tasks.perform(
            "POST", CasPath.of("vm", "snapshot"), CasNode.bytes(body), () -> false, begun);
    if (outcome.code() != PlatformCode.SNAPSHOT_EXISTS) {
      errors.required(
          outcome,
          "vm",
          vm.label(),
          "snapshot",
          name,
          "operation",
          "create snapshot " + name,
          "type",
          (body.get("snapType").equals(EXTERNAL)
                  ? SnapshotType.SNAPSHOT_EXTERNAL
                  : SnapshotType.SNAPSHOT_INTERNAL)
              .name(),
          "state",
          vm.description().getState(),
          "advice",
          "",
          "storage",
          pools(vm));
    }
    return outcome;
  }

  private VmSnapshot taken(CasVm vm, String name) {
    return find(vm, name)
        .orElseThrow(
            () ->
                errors.of(
                    ErrorCode.PLATFORM_TASK_FAILED,
                    Reason.of(ReasonCode.SNAPSHOT_NOT_LISTED),
                    "vm",
                    vm.label(),
                    "operation",
                    "create snapshot " + name));
  }

  /** Has a task given up; what it did stays. */
  void giveUp(String task) {
    tasks.cancel(task);
  }

  private static String pools(CasVm vm) {
    return String.join(
        ", ",
        vm.disks().stream().map(each -> each.description().getStoragePool()).distinct().toList());
  }

  /** The snapshot of this name, with the disks that are in it. */
  Optional<VmSnapshot> find(CasVm vm, String name) {
    return nodes(vm.id()).stream()
        .filter(each -> each.text("name").equals(name))
        .findFirst()
        .map(each -> snapshot(vm, each));
  }

  private VmSnapshot snapshot(CasVm vm, CasNode node) {
    SnapshotType type =
        node.number("snapType") == EXTERNAL
            ? SnapshotType.SNAPSHOT_EXTERNAL
            : SnapshotType.SNAPSHOT_INTERNAL;
    Map<String, String> marks = new LinkedHashMap<>();
    Map<String, String> devices = new LinkedHashMap<>();
    List<CasNode> inIt = node.list("disks");
    for (CasVm.Disk disk : vm.disks()) {
      String key = disk.description().getDiskKey();
      String device = disk.description().getDevice();
      Optional<CasNode> entry =
          inIt.stream().filter(each -> each.text("device").equals(device)).findFirst();
      boolean untold =
          inIt.isEmpty() && (type == SnapshotType.SNAPSHOT_INTERNAL || disk.dependent());
      if (entry.isPresent() || untold) {
        devices.put(key, device);
      }
      entry
          .map(each -> each.text("bitmapId"))
          .filter(each -> !each.isEmpty())
          .ifPresent(each -> marks.put(key, each));
    }
    return new VmSnapshot(
        vm.id(),
        node.text("name"),
        type,
        time(node.firstText("creationTime", "createTime")),
        vm.description().getHostId(),
        vm.description().getHostAddress(),
        Map.copyOf(marks),
        Map.copyOf(devices));
  }

  /** No snapshot at all: a VM that is off, whose disks are read as they are. */
  VmSnapshot none(CasVm vm, String name) {
    Map<String, String> devices = new LinkedHashMap<>();
    for (CasVm.Disk disk : vm.disks()) {
      devices.put(disk.description().getDiskKey(), disk.description().getDevice());
    }
    return new VmSnapshot(
        vm.id(),
        name,
        SnapshotType.SNAPSHOT_NONE,
        http.waiting().now(),
        vm.description().getHostId(),
        vm.description().getHostAddress(),
        Map.of(),
        Map.copyOf(devices));
  }

  /** Names and times of a VM's snapshots that begin so. */
  Map<String, Instant> times(String vmId, String prefix) {
    Map<String, Instant> result = new LinkedHashMap<>();
    for (CasNode node : nodes(vmId)) {
      if (node.text("name").startsWith(prefix)) {
        result.put(node.text("name"), time(node.firstText("creationTime", "createTime")));
      }
    }
    return result;
  }

  /** The size of a disk at the snapshot, bytes [INF]; 0 where the list does not tell. */
  long sizeBytes(String vmId, String name, String device) {
    return nodes(vmId).stream()
        .filter(each -> each.text("name").equals(name))
        .flatMap(each -> each.list("disks").stream())
        .filter(each -> each.text("device").equals(device))
        .mapToLong(each -> each.number("size"))
        .findFirst()
        .orElse(0);
  }

  /**
   * Removes it and looks whether it is gone. That it is not in the list counts only beside the VM's
   * own record, or where the VM is gone: an answer that is not the platform's leaves no snapshot.
   */
  void remove(String vmId, String name) {
    if (!vms.exists(vmId) || !listed(vmId, name)) {
      return;
    }
    CasTasks.Outcome outcome =
        tasks.perform(
            "DELETE", CasPath.of("vm", "snapshot", vmId, name), null, () -> !listed(vmId, name));
    boolean gone =
        outcome.code() == PlatformCode.SNAPSHOT_MISSING
            || outcome.code() == PlatformCode.VM_MISSING;
    if (gone) {
      return;
    }
    Object[] subject = {"vm", vmId, "snapshot", name, "operation", "remove snapshot " + name};
    errors.required(outcome, subject);
    if (vms.exists(vmId) && listed(vmId, name)) {
      throw errors.of(
          ErrorCode.PLATFORM_TASK_FAILED, Reason.of(ReasonCode.SNAPSHOT_STILL_LISTED), subject);
    }
  }

  private boolean listed(String vmId, String name) {
    return names(vmId).contains(name);
  }

  /** Names of all snapshots of a VM; none for a VM that is gone. */
  List<String> names(String vmId) {
    return nodes(vmId).stream().map(each -> each.text("name")).toList();
  }

  /** The tree, flat. */
  private List<CasNode> nodes(String vmId) {
    CasReply reply = http.get(CasPath.of("vm", "snapshot", vmId));
    if (vms.saysGone(reply, vmId)) {
      return List.of();
    }
    List<CasNode> result = new ArrayList<>();
    collect(errors.required(reply, "vm", vmId).body().list("snapshot"), result);
    return result;
  }

  private static void collect(List<CasNode> from, List<CasNode> into) {
    for (CasNode each : from) {
      if (each.has("name")) {
        into.add(each);
      }
      collect(each.list("snapshots"), into);
      collect(each.list("snapshot"), into);
    }
  }

  /**
   * When a snapshot was taken: what the platform says, or this agent's time where that is far off.
   * Retention goes by it.
   */
  private Instant time(String text) {
    Instant now = http.waiting().now();
    Instant said;
    try {
      said = parsed(text);
    } catch (DateTimeException unreadable) {
      return now;
    }
    if (Duration.between(said, now).abs().compareTo(CLOCKS_DIFFER_BY) > 0) {
      LOG.warn("The platform says a snapshot was taken at {}; it is {} here", said, now);
      return now;
    }
    return said;
  }

  /** [P] ISO with offset; epoch milliseconds in newer calls, seconds by their length. */
  private static Instant parsed(String text) {
    if (text.matches("\\d{10,11}")) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    return text.matches("\\d{12,16}")
        ? Instant.ofEpochMilli(Long.parseLong(text))
        : OffsetDateTime.parse(text).toInstant();
  }
}
