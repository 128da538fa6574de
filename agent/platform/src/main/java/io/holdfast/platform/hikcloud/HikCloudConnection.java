package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.FreezeWatch;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.RbdImage;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One Access Key's view of one compute platform. Holds nothing open: disks are opened by whoever
 * reads or writes them, from the cluster.
 */
final class HikCloudConnection implements PlatformConnection {
  /** As large as an object of an image usually is. */
  private static final int DEFAULT_BUFFER = 4 << 20;

  private static final int SMALLEST_BUFFER = 64 << 10;
  private static final int LARGEST_BUFFER = 8 << 20;

  private final CloudHttp http;
  private final CloudErrors errors;
  private final CloudInstances instances;
  private final CloudStorages storages;
  private final CloudEligibility eligibility;
  private final CloudSnapshots snapshots;
  private final CloudFreezing freezing;
  private final CloudAreas areas;
  private final CloudLifecycle lifecycle;

  HikCloudConnection(CloudClient client) {
    http = client.http();
    errors = client.errors();
    instances = client.instances();
    storages = client.storages();
    eligibility = client.eligibility();
    snapshots = client.snapshots();
    freezing = client.freezing();
    areas = new CloudAreas(errors, storages);
    lifecycle = new CloudLifecycle(http, client.tasks(), errors, instances, eligibility);
  }

  @Override
  public TestPlatformResponse test() {
    return new CloudRegistrationCheck(http, errors, instances, storages).check();
  }

  @Override
  public List<InventoryNode> inventory() {
    return instances.inventory();
  }

  @Override
  public VmDescription describeVm(String vmId) {
    return instances.vm(vmId).description();
  }

  @Override
  public Optional<VmDescription> findVmByName(String name) {
    return instances.findByName(name).map(CloudVm::description);
  }

  /** A VM's id is its UUID and stays. */
  @Override
  public Optional<VmDescription> findVmByUuid(String uuid) {
    return instances.find(uuid).map(CloudVm::description);
  }

  @Override
  public HostResources hostResources(String hostId) {
    return instances.resources(hostId);
  }

  @Override
  public BackupEligibility eligibility(String vmId, SnapshotType wanted) {
    return eligibility.judge(instances.vm(vmId));
  }

  /** Nothing to switch on: every snapshot can be counted from. */
  @Override
  public void enableTracking(String vmId) {
    instances.vm(vmId);
  }

  @Override
  public VmSnapshot createSnapshot(String vmId, String name, SnapshotType type) {
    CloudVm vm = instances.vm(vmId);
    return snapshots
        .find(vm, name)
        .orElseGet(
            () -> {
              eligibility.requireSnapshot(vm);
              return snapshots.take(vm, name);
            });
  }

  @Override
  public FrozenSnapshot createFrozenSnapshot(
      String vmId, String name, SnapshotType type, FreezeWatch watch) {
    CloudVm vm = instances.vm(vmId);
    Optional<VmSnapshot> present = snapshots.find(vm, name);
    if (present.isPresent()) {
      return new FrozenSnapshot(present.get(), FrozenSnapshot.Freezing.FOUND);
    }
    eligibility.requireSnapshot(vm);
    return freezing.around(vm, watch, () -> snapshots.take(vm, name));
  }

  @Override
  public void thaw(String vmId, String operation) {
    freezing.thaw(vmId, operation);
  }

  @Override
  public Optional<VmSnapshot> findSnapshot(String vmId, String name) {
    return instances.find(vmId).flatMap(vm -> snapshots.findAny(vm, name));
  }

  /** It is not seen any more, but later backups can count from it until its marks are dropped. */
  @Override
  public void removeSnapshot(String vmId, String name) {
    snapshots.keep(vmId, name);
  }

  @Override
  public Map<String, Instant> snapshotsOf(String vmId, String prefix) {
    return snapshots.times(vmId, prefix);
  }

  @Override
  public List<SnapshotName> listSnapshots(String prefix) {
    return snapshots.names(prefix);
  }

  @Override
  public ExtentMap changedAreas(VmSnapshot snapshot, String diskKey, String sinceMark) {
    CloudVm vm = instances.vm(snapshot.vmId());
    return areas.changed(vm, volume(vm, diskKey), snapshot, sinceMark);
  }

  @Override
  public boolean changesTellDiscards() {
    return true;
  }

  @Override
  public ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey) {
    CloudVm vm = instances.vm(snapshot.vmId());
    return areas.allocated(vm, volume(vm, diskKey), snapshot);
  }

  private CloudVolume volume(CloudVm vm, String diskKey) {
    return vm.volume(diskKey)
        .orElseThrow(() -> errors.about(ErrorCode.NOT_FOUND, "what", "disk", "id", diskKey));
  }

  @Override
  public List<SnapshotName> keptSnapshots(String prefix) {
    return snapshots.kept(prefix);
  }

  @Override
  public List<TrackingMark> trackingMarks(String vmId) {
    return snapshots.marks(vmId);
  }

  @Override
  public void dropTrackingMarks(String vmId, Collection<String> marks) {
    snapshots.drop(vmId, marks);
  }

  @Override
  public DiskEndpoint snapshotDisk(
      VmSnapshot snapshot, String diskKey, DataPlaneOptions options, int connections) {
    CloudVm vm = instances.vm(snapshot.vmId());
    return endpoint(areas.at(vm, volume(vm, diskKey), snapshot), options, connections);
  }

  @Override
  public DiskEndpoint writableDisk(
      String vmId, String diskKey, DataPlaneOptions options, int connections) {
    CloudVm vm = instances.vm(vmId);
    eligibility.requireWritable(vm);
    return endpoint(storages.image(vm, volume(vm, diskKey)), options, connections);
  }

  private static DiskEndpoint endpoint(RbdImage image, DataPlaneOptions options, int connections) {
    int wanted = options.getBufferBytes();
    int buffer =
        wanted <= 0 ? DEFAULT_BUFFER : Math.max(SMALLEST_BUFFER, Math.min(wanted, LARGEST_BUFFER));
    return new DiskEndpoint(
        "rbd", "", 0, image, buffer, connections, image.cluster().connectTimeout(), "error");
  }

  @Override
  public VmDescription requireOverwritable(VmDescription vm) {
    return eligibility.requireOverwritable(instances.vm(vm.getVmId()));
  }

  /** Images are raw, and there is no other place that a backup could be restored to. */
  @Override
  public boolean overwritesLarger() {
    return true;
  }

  @Override
  public void requireSafetySnapshot(VmDescription vm) {
    eligibility.requireSafetySnapshot(instances.vm(vm.getVmId()));
  }

  @Override
  public void requireCreatable(String hostId, String vm, List<NewDisk> disks) {
    if (!disks.isEmpty()) {
      throw errors.cannot(Reason.of(ReasonCode.CREATE_DISK_FOR, "vm", vm));
    }
  }

  @Override
  public void shutDown(String vmId, int seconds) {
    lifecycle.shutDown(vmId, seconds);
  }

  @Override
  public void start(String vmId) {
    lifecycle.start(vmId);
  }

  @Override
  public void deleteVm(String vmId, boolean deleteVolumes) {
    throw errors.cannot(Reason.of(ReasonCode.DELETE_VM, "vm", vmId));
  }

  @Override
  public VmDescription createVm(NewVm vm) {
    throw errors.cannot(Reason.of(ReasonCode.CREATE_VM, "vm", vm.name()));
  }

  @Override
  public DiskDescription createDisk(String vmId, NewDisk disk) {
    throw errors.cannot(Reason.of(ReasonCode.CREATE_DISK, "disk", disk.volumeName()));
  }

  @Override
  public void removeDisk(String vmId, String diskKey, boolean deleteVolume) {
    throw errors.cannot(Reason.of(ReasonCode.REMOVE_DISK, "disk", diskKey));
  }

  @Override
  public void close() {
    http.forget();
  }
}
