package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Snapshots of VMs: a group of volume snapshots of one name, which are RBD snapshots [INF]. One
 * that a backup no longer reads stays as a tracking mark under another name (ADR 0004).
 * Thread-safe.
 */
final class CloudSnapshots {
  /** A platform's clock may differ so much from the agent's and be believed. */
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofHours(26);

  /** How often it is looked for snapshots whose reply was lost, with growing pauses. */
  private static final int LOOKS = 5;

  private final CloudHttp http;
  private final CloudTasks tasks;
  private final CloudErrors errors;
  private final CloudInstances instances;
  private final CloudStorages storages;

  CloudSnapshots(
      CloudHttp http,
      CloudTasks tasks,
      CloudErrors errors,
      CloudInstances instances,
      CloudStorages storages) {
    this.http = http;
    this.tasks = tasks;
    this.errors = errors;
    this.instances = instances;
    this.storages = storages;
  }

  private List<VolumeSnapshot> list(CloudPath path, Predicate<VolumeSnapshot> wanted) {
    CloudHttp.Pages pages = http.all(path);
    if (pages.refusal().isPresent()) {
      if (pages.refusal().get().absent()) {
        return List.of();
      }
      throw errors.refused(pages.refusal().get());
    }
    return pages.things().stream()
        .map(VolumeSnapshot::of)
        .filter(each -> !each.status().equals("deleting"))
        .filter(wanted)
        .toList();
  }

  private List<VolumeSnapshot> of(String vmId, Predicate<VolumeSnapshot> wanted) {
    CloudPath path = CloudPath.of("snapshots").with("instanceId", vmId);
    return list(path, each -> each.vmId().equals(vmId) && wanted.test(each));
  }

  /** All snapshots of a VM's volumes; none for a VM that is gone. */
  List<VolumeSnapshot> all(String vmId) {
    return of(vmId, each -> true);
  }

  private List<VolumeSnapshot> named(String vmId, String name) {
    return of(vmId, each -> each.name().equals(name));
  }

  /** The snapshot of this name that holds all of the VM's disks. */
  Optional<VmSnapshot> find(CloudVm vm, String name) {
    return newest(named(vm.id(), name), vm).map(group -> read(vm, name, group));
  }

  /** The snapshot of this name, whichever disks it holds: one may have been added since. */
  Optional<VmSnapshot> findAny(CloudVm vm, String name) {
    List<VolumeSnapshot> all = named(vm.id(), name);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(read(vm, name, newest(all, vm).orElseGet(() -> largest(all))));
  }

  private static List<VolumeSnapshot> largest(List<VolumeSnapshot> all) {
    return groups(all).stream().max(Comparator.comparingInt(List::size)).orElseThrow();
  }

  private Optional<List<VolumeSnapshot>> newest(List<VolumeSnapshot> all, CloudVm vm) {
    Set<String> wanted = vm.volumes().stream().map(CloudVolume::id).collect(Collectors.toSet());
    return groups(all).stream()
        .filter(group -> group.stream().allMatch(each -> each.status().equals("available")))
        .filter(
            group ->
                group.stream()
                    .map(VolumeSnapshot::volumeId)
                    .collect(Collectors.toSet())
                    .containsAll(wanted))
        .max(Comparator.comparing(group -> time(group.get(0).createdAt())));
  }

  private static Collection<List<VolumeSnapshot>> groups(List<VolumeSnapshot> all) {
    return all.stream()
        .collect(
            Collectors.groupingBy(VolumeSnapshot::group, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /**
   * Takes a snapshot of all disks of a VM. What an earlier attempt of the same name left, kept or
   * cut off, goes first: nothing was read of it.
   */
  VmSnapshot take(CloudVm vm, String name) {
    delete(of(vm.id(), each -> each.asTaken().equals(name)));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("instanceId", vm.id());
    body.put("name", name);
    body.put("quiesce", false);
    body.put("volumeIds", vm.volumes().stream().map(CloudVolume::id).toList());
    Object[] subject =
        CloudErrors.subject(vm, Reason.of(ReasonCode.CREATE_SNAPSHOT, "snapshot", name), "");
    errors.required(
        tasks.perform("POST", CloudPath.of("snapshots"), body, () -> appears(vm, name)), subject);
    List<VolumeSnapshot> all = named(vm.id(), name);
    List<VolumeSnapshot> taken =
        newest(all, vm)
            .orElseThrow(
                () ->
                    errors.of(
                        ErrorCode.PLATFORM_TASK_FAILED,
                        Reason.of(ReasonCode.SNAPSHOT_LISTED_IN_PART),
                        subject));
    // A repeated call may have made it twice.
    delete(all.stream().filter(each -> !taken.contains(each)).toList());
    return read(vm, name, taken);
  }

  /** A call whose reply was lost may still be at work. */
  private boolean appears(CloudVm vm, String name) {
    for (int look = 1; look <= LOOKS; look++) {
      if (newest(named(vm.id(), name), vm).isPresent()) {
        return true;
      }
      http.waiting().pause(http.timings().pause(look));
    }
    return false;
  }

  private VmSnapshot read(CloudVm vm, String name, List<VolumeSnapshot> group) {
    Map<String, String> marks = new LinkedHashMap<>();
    Map<String, String> devices = new LinkedHashMap<>();
    for (CloudVolume volume : vm.volumes()) {
      for (VolumeSnapshot each : group) {
        if (each.volumeId().equals(volume.id())) {
          String image = storages.look(storages.image(vm, volume)).id();
          marks.put(volume.id(), new Mark(each.id(), image).text());
          devices.put(volume.id(), volume.device());
        }
      }
    }
    return new VmSnapshot(
        vm.id(),
        name,
        SnapshotType.SNAPSHOT_EXTERNAL,
        time(group.get(0).createdAt()),
        vm.description().getHostId(),
        vm.description().getHostAddress(),
        Map.copyOf(marks),
        Map.copyOf(devices));
  }

  /** When it was taken: what the platform says, or this agent's time where that is far off. */
  private Instant time(String text) {
    Instant now = http.waiting().now();
    try {
      Instant said = OffsetDateTime.parse(text).toInstant();
      boolean believed = Duration.between(said, now).abs().compareTo(CLOCKS_DIFFER_BY) <= 0;
      return believed ? said : now;
    } catch (DateTimeException unreadable) {
      return now;
    }
  }

  /**
   * Gives the snapshots of this name the name of marks; they stay. Nothing of that name is success.
   */
  void keep(String vmId, String name) {
    for (VolumeSnapshot each : named(vmId, name)) {
      CloudTasks.Outcome outcome =
          tasks.perform(
              "PUT",
              CloudPath.of("snapshots", each.id()),
              Map.of("name", VolumeSnapshot.KEPT + name),
              () -> false);
      if (!outcome.absent()) {
        errors.required(
            outcome,
            "vm",
            vmId,
            "operation",
            Reason.of(ReasonCode.RENAME_SNAPSHOT, "snapshot", name));
      }
    }
  }

  /** Names and times of a VM's snapshots that begin so. */
  Map<String, Instant> times(String vmId, String prefix) {
    Map<String, Instant> result = new LinkedHashMap<>();
    of(vmId, each -> each.name().startsWith(prefix))
        .forEach(each -> result.putIfAbsent(each.name(), time(each.createdAt())));
    return result;
  }

  /** Names of snapshots that begin so, over the whole platform. */
  List<SnapshotName> names(String prefix) {
    return names(each -> each.name().startsWith(prefix), VolumeSnapshot::name);
  }

  /** Those that are kept, by the names they were taken under. */
  List<SnapshotName> kept(String prefix) {
    String begin = VolumeSnapshot.KEPT + prefix;
    return names(each -> each.name().startsWith(begin), VolumeSnapshot::asTaken);
  }

  private List<SnapshotName> names(
      Predicate<VolumeSnapshot> wanted, Function<VolumeSnapshot, String> name) {
    Map<String, String> vms = new HashMap<>();
    return list(CloudPath.of("snapshots"), wanted).stream()
        .filter(each -> !each.vmId().isEmpty())
        .map(
            each ->
                new SnapshotName(
                    each.vmId(), vms.computeIfAbsent(each.vmId(), this::vmName), name.apply(each)))
        .distinct()
        .toList();
  }

  private String vmName(String vmId) {
    return instances.find(vmId).map(CloudVm::name).orElse(vmId);
  }

  /** The marks of backups that a VM carries, those of snapshots in use among them. */
  List<TrackingMark> marks(String vmId) {
    return of(vmId, each -> each.isOfBackup()).stream()
        .map(each -> new TrackingMark(each.id(), each.asTaken()))
        .toList();
  }

  /** Deletes the snapshots of these marks, and none that is not a backup's or of another VM. */
  void drop(String vmId, Collection<String> marks) {
    Set<String> ids =
        marks.stream().map(Mark::of).map(Mark::snapshotId).collect(Collectors.toSet());
    delete(of(vmId, each -> each.isOfBackup() && ids.contains(each.id())));
  }

  /** Deletes all that can be, then tells what could not. One that is gone is success. */
  void delete(List<VolumeSnapshot> snapshots) {
    List<BackupException> failures = new ArrayList<>();
    for (VolumeSnapshot each : snapshots) {
      CloudPath path = CloudPath.of("snapshots", each.id());
      CloudTasks.Outcome outcome = tasks.perform("DELETE", path, Map.of(), () -> false);
      try {
        if (!outcome.absent()) {
          errors.required(
              outcome,
              "vm",
              each.vmId(),
              "operation",
              Reason.of(ReasonCode.DELETE_SNAPSHOT, "snapshot", each.name()));
        }
      } catch (BackupException failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      BackupException first = failures.get(0);
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}
