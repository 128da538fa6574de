package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.platform.hikcloud.rest.CloudTasks;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.platform.spi.TrackingMark;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Snapshots that are not a backup's: those of an operator, and the one that is taken of a VM before
 * a restore overwrites it (HIK-05). The platform keeps nothing of a snapshot but its name [INF], so
 * the owner's tag is part of it, and title and description are lost. Without memory always.
 * Thread-safe.
 */
final class HikCloudSnapshotKeeper implements SnapshotKeeper {
  private static final Pattern TAGGED = Pattern.compile("(.*) \\[tag:([^\\[\\]]{1,80})\\]");

  private final CloudHttp http;
  private final CloudTasks tasks;
  private final CloudErrors errors;
  private final CloudInstances instances;
  private final CloudEligibility eligibility;
  private final CloudSnapshots snapshots;
  private final CloudFreezing freezing;

  HikCloudSnapshotKeeper(CloudClient client) {
    http = client.http();
    tasks = client.tasks();
    errors = client.errors();
    instances = client.instances();
    eligibility = client.eligibility();
    snapshots = client.snapshots();
    freezing = client.freezing();
  }

  @Override
  public List<SnapshotDescription> list(String vmId) {
    instances.vm(vmId);
    Map<String, SnapshotDescription> result = new LinkedHashMap<>();
    for (VolumeSnapshot each : snapshots.all(vmId)) {
      result.putIfAbsent(each.name(), described(each));
    }
    return List.copyOf(result.values());
  }

  private static SnapshotDescription described(VolumeSnapshot snapshot) {
    Matcher tag = TAGGED.matcher(snapshot.name());
    boolean tagged = tag.matches();
    String name = tagged ? tag.group(1) : snapshot.name();
    return SnapshotDescription.newBuilder()
        .setName(name)
        .setTitle(name)
        .setOwnerTag(tagged ? tag.group(2) : "")
        .setCreatedEpochMillis(millis(snapshot.createdAt()))
        .setType(SnapshotType.SNAPSHOT_EXTERNAL)
        .setOfBackup(snapshot.isOfBackup())
        .build();
  }

  private static long millis(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException unreadable) {
      return 0;
    }
  }

  /** Freezes the file systems of a guest that runs, where its agent answers. */
  @Override
  public SnapshotDescription create(String vmId, Wanted wanted) {
    CloudVm vm = instances.vm(vmId);
    requireNotOfBackup(vm, wanted.name());
    String name =
        wanted.ownerTag().isEmpty()
            ? wanted.name()
            : wanted.name() + " [tag:" + wanted.ownerTag() + "]";
    Optional<SnapshotDescription> present = find(vmId, wanted.name());
    if (present.isPresent() && !present.get().getOwnerTag().equals(wanted.ownerTag())) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "snapshot", "name", wanted.name());
    }
    if (snapshots.find(vm, name).isEmpty()) {
      eligibility.requireSnapshot(vm);
      if (vm.running()) {
        freezing.around(vm, operation -> {}, () -> snapshots.take(vm, name));
      } else {
        snapshots.take(vm, name);
      }
    }
    return find(vmId, wanted.name())
        .orElseThrow(
            () ->
                errors.of(
                    ErrorCode.PLATFORM_TASK_FAILED,
                    Reason.of(ReasonCode.SNAPSHOT_NOT_LISTED),
                    CloudErrors.subject(
                        vm, Reason.of(ReasonCode.CREATE_SNAPSHOT, "snapshot", wanted.name()), "")));
  }

  private Optional<SnapshotDescription> find(String vmId, String name) {
    return list(vmId).stream().filter(each -> each.getName().equals(name)).findFirst();
  }

  private List<VolumeSnapshot> ofName(String vmId, String name) {
    return snapshots.all(vmId).stream()
        .filter(each -> described(each).getName().equals(name))
        .toList();
  }

  /**
   * Marks of backups are dropped before, so that the next backup is full: nothing in an image tells
   * that it was rolled back.
   */
  @Override
  public void revert(String vmId, String name) {
    CloudVm vm = instances.vm(vmId);
    requireNotOfBackup(vm, name);
    List<VolumeSnapshot> wanted = ofName(vmId, name);
    if (wanted.isEmpty()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "snapshot", "id", name);
    }
    snapshots
        .times(vmId, OF_BACKUPS)
        .forEach(
            (backup, taken) -> {
              throw errors.about(
                  ErrorCode.VM_IN_BACKUP, "vm", vm.name(), "snapshot", backup, "taken", taken);
            });
    if (!vm.shutOff()) {
      String state = vm.description().getState();
      throw errors.about(ErrorCode.REVERT_NEEDS_VM_OFF, "vm", vm.name(), "state", state);
    }
    snapshots.drop(vmId, snapshots.marks(vmId).stream().map(TrackingMark::mark).toList());
    wanted.forEach(each -> rollBack(vm, name, each));
  }

  private void rollBack(CloudVm vm, String name, VolumeSnapshot snapshot) {
    CloudTasks.Outcome outcome =
        tasks.perform(
            "POST",
            CloudPath.of("snapshots", snapshot.id(), "rollback"),
            Map.of(),
            () -> {
              // Never twice: what the VM wrote since a first one would be lost.
              throw BackupException.of(
                  ErrorCode.SNAPSHOT_OUTCOME_UNKNOWN, "vm", vm.name(), "snapshot", name);
            });
    String operation = Reason.of(ReasonCode.ROLL_BACK_TO, "snapshot", name);
    errors.required(outcome, CloudErrors.subject(vm, operation, ""));
  }

  @Override
  public void delete(String vmId, String name, String ownerTag) {
    CloudVm vm = instances.vm(vmId);
    requireNotOfBackup(vm, name);
    List<VolumeSnapshot> found = ofName(vmId, name);
    boolean others =
        !ownerTag.isEmpty()
            && found.stream().anyMatch(each -> !described(each).getOwnerTag().equals(ownerTag));
    if (others) {
      throw BackupException.of(ErrorCode.SNAPSHOT_NOT_OURS, "vm", vm.name(), "snapshot", name);
    }
    snapshots.delete(found);
  }

  private static void requireNotOfBackup(CloudVm vm, String name) {
    if (name.startsWith(OF_BACKUPS) || name.startsWith(VolumeSnapshot.KEPT + OF_BACKUPS)) {
      throw BackupException.of(ErrorCode.SNAPSHOT_OF_BACKUP, "vm", vm.name(), "snapshot", name);
    }
  }

  @Override
  public void close() {
    http.forget();
  }
}
