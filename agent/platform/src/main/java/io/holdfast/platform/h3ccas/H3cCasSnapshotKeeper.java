package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasEndpoint;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.platform.spi.TrackingMark;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator's snapshots on one CVM (CAS-21) [P; {@code snapType} and that a VM must be off for a
 * revert are INF]. The tag stands in the platform's description. Thread-safe.
 */
final class H3cCasSnapshotKeeper implements SnapshotKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(H3cCasSnapshotKeeper.class);

  private final CasHttp http;
  private final CasTasks tasks;
  private final CasErrors errors;
  private final CasVms vms;
  private final CasTracking tracking;
  private final CasEligibility eligibility;
  private final CasSnapshots snapshots;
  private final SnapshotTree tree;

  H3cCasSnapshotKeeper(
      PlatformAccess access, HttpClient client, RequestTimings timings, Waiting waiting) {
    CasEndpoint endpoint =
        new CasEndpoint(access.getAddress(), access.getPort(), access.getTls(), access.getUser());
    http = new CasHttp(endpoint, access.getPassword(), client, timings, waiting);
    tasks = new CasTasks(http);
    errors = new CasErrors(endpoint);
    CasHosts hosts = new CasHosts(http, errors);
    vms = new CasVms(http, errors, hosts);
    tracking = new CasTracking(http, tasks, errors);
    eligibility = new CasEligibility(http, errors, hosts, tracking);
    snapshots = new CasSnapshots(http, tasks, errors, vms);
    tree = new SnapshotTree(http, errors);
  }

  @Override
  public List<SnapshotDescription> list(String vmId) {
    vms.vm(vmId);
    return tree.read(vmId);
  }

  @Override
  public SnapshotDescription create(String vmId, Wanted wanted) {
    CasVm vm = vms.vm(vmId);
    if (wanted.name().startsWith(OF_BACKUPS)) {
      throw ofBackup(vm, wanted.name());
    }
    SnapshotTree.requireUntagged(wanted.description());
    Optional<SnapshotDescription> present = find(vmId, wanted.name());
    if (present.isEmpty()) {
      eligibility.requireState(vm);
      SnapshotType type = eligibility.type(vm, wanted.type());
      if (type == SnapshotType.SNAPSHOT_NONE) {
        throw errors.of(
            ErrorCode.SNAPSHOT_UNSUPPORTED,
            Reason.of(ReasonCode.NO_COMMON_SNAPSHOT),
            "vm",
            vm.label(),
            "type",
            "",
            "disk",
            Reason.of(ReasonCode.NO_COMMON_SNAPSHOT));
      }
      take(vm, wanted, type);
      present = find(vmId, wanted.name());
    }
    SnapshotDescription taken =
        present.orElseThrow(
            () ->
                errors.of(
                    ErrorCode.PLATFORM_TASK_FAILED,
                    Reason.of(ReasonCode.SNAPSHOT_NOT_LISTED),
                    "vm",
                    vm.label(),
                    "operation",
                    "create snapshot " + wanted.name()));
    if (wanted.ownerTag().isEmpty() || !taken.getOwnerTag().equals(wanted.ownerTag())) {
      requireNew(wanted, taken);
    }
    dropMarks(vm, wanted.name());
    return taken;
  }

  /** One without a tag that says the same is taken for the one whose reply was lost. */
  private static void requireNew(Wanted wanted, SnapshotDescription found) {
    boolean same =
        found.getOwnerTag().equals(wanted.ownerTag())
            && found.getTitle().equals(wanted.title())
            && found.getDescription().equals(wanted.description());
    if (!same) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "snapshot", "name", wanted.name());
    }
  }

  private void take(CasVm vm, Wanted wanted, SnapshotType type) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("vmId", vm.id());
    body.put("name", wanted.name());
    body.put("snapshotTitle", wanted.title());
    body.put("desc", SnapshotTree.tagged(wanted.description(), wanted.ownerTag()));
    boolean memory = wanted.memorySeconds() > 0 && vm.running();
    body.put("snapMem", memory ? 1 : 0);
    body.put("snapshotTimeOut", memory ? wanted.memorySeconds() : 600);
    body.put("snapType", type == SnapshotType.SNAPSHOT_EXTERNAL ? 1 : 0);
    CasTasks.Outcome outcome =
        tasks.perform("POST", CasPath.of("vm", "snapshot"), CasNode.bytes(body), () -> false);
    if (outcome.code() != PlatformCode.SNAPSHOT_EXISTS) {
      errors.required(outcome, subject(vm, wanted.name(), "create snapshot"));
    }
  }

  @Override
  public void revert(String vmId, String name) {
    CasVm vm = vms.vm(vmId);
    List<SnapshotDescription> all = tree.read(vmId);
    SnapshotDescription wanted =
        all.stream()
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "snapshot", "id", name));
    if (wanted.getOfBackup()) {
      throw ofBackup(vm, name);
    }
    all.stream()
        .filter(SnapshotDescription::getOfBackup)
        .findFirst()
        .ifPresent(
            backup -> {
              throw errors.of(
                  ErrorCode.VM_IN_BACKUP,
                  "it carries a snapshot of a backup",
                  "vm",
                  vm.label(),
                  "snapshot",
                  backup.getName(),
                  "taken",
                  Instant.ofEpochMilli(backup.getCreatedEpochMillis()));
            });
    if (!vm.shutOff()) {
      String state = vm.description().getState();
      throw errors.of(ErrorCode.REVERT_NEEDS_VM_OFF, state, "vm", vm.label(), "state", state);
    }
    tracking.stop(vm);
    Map<String, Object> body = Map.of("vmId", vm.id(), "name", name);
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT",
            CasPath.of("vm", "snapshot", "resume"),
            CasNode.bytes(body),
            () -> {
              // Never twice: what the VM wrote since a first one would be lost.
              throw BackupException.of(
                  ErrorCode.SNAPSHOT_OUTCOME_UNKNOWN, "vm", vm.label(), "snapshot", name);
            });
    errors.required(outcome, subject(vm, name, "revert to snapshot"));
    LOG.info("VM {} was reverted to snapshot {}", vm.label(), name);
  }

  @Override
  public void delete(String vmId, String name, String ownerTag) {
    CasVm vm = vms.vm(vmId);
    if (name.startsWith(OF_BACKUPS)) {
      throw ofBackup(vm, name);
    }
    Optional<SnapshotDescription> found = find(vmId, name);
    if (found.isPresent()) {
      if (!ownerTag.isEmpty() && !found.get().getOwnerTag().equals(ownerTag)) {
        throw BackupException.of(ErrorCode.SNAPSHOT_NOT_OURS, "vm", vm.label(), "snapshot", name);
      }
      snapshots.remove(vmId, name);
    }
    dropMarks(vm, name);
  }

  private Optional<SnapshotDescription> find(String vmId, String name) {
    return tree.read(vmId).stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  /** They would pile up on the disks. What lies between other marks stays complete. */
  private void dropMarks(CasVm vm, String snapshot) {
    try {
      List<String> marks =
          tracking.marks(vm.id()).stream()
              .filter(mark -> mark.snapshot().equals(snapshot))
              .map(TrackingMark::mark)
              .toList();
      tracking.drop(vm.id(), marks);
    } catch (BackupException left) {
      LOG.warn("VM {}: marks of snapshot {} stay: {}", vm.label(), snapshot, left.getMessage());
    }
  }

  private BackupException ofBackup(CasVm vm, String name) {
    return BackupException.of(ErrorCode.SNAPSHOT_OF_BACKUP, "vm", vm.label(), "snapshot", name);
  }

  private static Object[] subject(CasVm vm, String name, String operation) {
    List<String> pools =
        vm.disks().stream().map(each -> each.description().getStoragePool()).distinct().toList();
    return new Object[] {
      "vm",
      vm.label(),
      "snapshot",
      name,
      "operation",
      operation + " " + name,
      "type",
      "",
      "state",
      vm.description().getState(),
      "advice",
      "",
      "storage",
      String.join(", ", pools)
    };
  }

  @Override
  public void close() {
    http.forget();
  }
}
