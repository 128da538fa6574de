package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.h3ccas.cvd.CvdDisk;
import io.holdfast.platform.h3ccas.cvd.CvdHandles;
import io.holdfast.platform.h3ccas.rest.CasEndpoint;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.http.Waiting;
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
import io.holdfast.source.spi.DiskEndpoint.PlatformLogin;
import java.net.http.HttpClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One account's view of one CVM. The disks it opened for NBD stay open as long as it lives: whoever
 * reads or writes a disk keeps the connection until it is done. They end by themselves when their
 * snapshot is removed or their VM is started, changed or deleted.
 */
final class H3cCasConnection implements PlatformConnection {
  private final CasHttp http;
  private final CasErrors errors;
  private final CasHosts hosts;
  private final CasVms vms;
  private final CasInventory inventory;
  private final CasTracking tracking;
  private final CasEligibility eligibility;
  private final CasSnapshots snapshots;
  private final CasLifecycle lifecycle;
  private final CasCreation creation;
  private final CasDisks disks;
  private final CasVolumes volumes;
  private final CasModification modification;
  private final CasDataPlane dataPlane;
  private final CvdHandles handles;

  H3cCasConnection(
      PlatformAccess access,
      HttpClient client,
      RequestTimings timings,
      Waiting waiting,
      Predicate<String> transportAvailable) {
    CasEndpoint endpoint =
        new CasEndpoint(access.getAddress(), access.getPort(), access.getTls(), access.getUser());
    http = new CasHttp(endpoint, access.getPassword(), client, timings, waiting);
    CasTasks tasks = new CasTasks(http);
    errors = new CasErrors(endpoint);
    hosts = new CasHosts(http, errors);
    vms = new CasVms(http, errors, hosts);
    inventory = new CasInventory(http, errors, vms);
    tracking = new CasTracking(http, tasks, errors);
    eligibility = new CasEligibility(http, errors, hosts, tracking);
    snapshots = new CasSnapshots(http, tasks, errors, vms);
    lifecycle = new CasLifecycle(http, tasks, errors, vms);
    volumes = new CasVolumes(http, tasks, errors);
    creation = new CasCreation(tasks, errors, hosts, vms, volumes);
    disks = new CasDisks(tasks, errors, vms, volumes);
    modification = new CasModification(tasks, hosts);
    handles = new CvdHandles(timings, waiting);
    PlatformLogin login = new PlatformLogin(access.getUser(), access.getPassword());
    dataPlane = new CasDataPlane(hosts, handles, login, transportAvailable);
  }

  @Override
  public TestPlatformResponse test() {
    return new RegistrationCheck(http, errors, hosts).check();
  }

  @Override
  public List<InventoryNode> inventory() {
    return inventory.read();
  }

  @Override
  public VmDescription describeVm(String vmId) {
    return vms.vm(vmId).description();
  }

  @Override
  public Optional<VmDescription> findVmByName(String name) {
    return vms.findByName(name).map(CasVm::description);
  }

  @Override
  public Optional<VmDescription> findVmByUuid(String uuid) {
    return vms.findByUuid(uuid).map(CasVm::description);
  }

  @Override
  public Optional<String> newIdOfHost(String hostId, String name, String address) {
    return hosts.newId(hostId, name, address);
  }

  @Override
  public HostResources hostResources(String hostId) {
    return hosts.resources(hostId);
  }

  @Override
  public BackupEligibility eligibility(String vmId, SnapshotType wanted) {
    CasVm vm = vms.vm(vmId);
    return eligibility.judge(vm, wanted, vm.shutOff());
  }

  @Override
  public BackupEligibility eligibilityWhenOff(String vmId, SnapshotType wanted) {
    return eligibility.judge(vms.vm(vmId), wanted, true);
  }

  @Override
  public void enableTracking(String vmId) {
    tracking.enable(vms.vm(vmId));
  }

  @Override
  public void restartTracking(String vmId) {
    tracking.restart(vms.vm(vmId));
  }

  @Override
  public VmSnapshot createSnapshot(String vmId, String name, SnapshotType type) {
    CasVm vm = vms.vm(vmId);
    if (type == SnapshotType.SNAPSHOT_NONE) {
      eligibility.requireOff(vm);
      return snapshots.none(vm, name);
    }
    Optional<VmSnapshot> present = snapshots.find(vm, name);
    if (present.isPresent()) {
      return present.get();
    }
    eligibility.requireState(vm);
    eligibility.requireDisks(vm);
    return snapshots.create(vm, name, eligibility.type(vm, type));
  }

  @Override
  public FrozenSnapshot createFrozenSnapshot(
      String vmId, String name, SnapshotType type, FreezeWatch watch) {
    CasVm vm = vms.vm(vmId);
    Optional<VmSnapshot> present = snapshots.find(vm, name);
    if (present.isPresent()) {
      return new FrozenSnapshot(present.get(), FrozenSnapshot.Freezing.FOUND);
    }
    eligibility.requireState(vm);
    eligibility.requireDisks(vm);
    return snapshots.createFrozen(vm, name, eligibility.type(vm, type), watch);
  }

  @Override
  public void thaw(String vmId, String operation) {
    snapshots.giveUp(operation);
  }

  @Override
  public Optional<VmSnapshot> findSnapshot(String vmId, String name) {
    return vms.find(vmId).flatMap(vm -> snapshots.find(vm, name));
  }

  @Override
  public void removeSnapshot(String vmId, String name) {
    handles.closeSnapshot(vmId, name);
    snapshots.remove(vmId, name);
  }

  @Override
  public Map<String, Instant> snapshotsOf(String vmId, String prefix) {
    return snapshots.times(vmId, prefix);
  }

  @Override
  public List<SnapshotName> listSnapshots(String prefix) {
    List<SnapshotName> result = new ArrayList<>();
    vms.all()
        .forEach(
            vm ->
                snapshots.names(vm.text("id")).stream()
                    .filter(name -> name.startsWith(prefix))
                    .map(name -> new SnapshotName(vm.text("id"), vm.text("name"), name))
                    .forEach(result::add));
    return result;
  }

  @Override
  public ExtentMap changedAreas(VmSnapshot snapshot, String diskKey, String sinceMark) {
    String device = device(snapshot, diskKey);
    String mark = snapshot.trackingMarks().get(diskKey);
    if (mark == null) {
      throw errors.of(
          ErrorCode.TRACKING_LOST,
          Reason.of(ReasonCode.TRACKING_NO_MARK),
          "vm",
          snapshot.vmId(),
          "disk",
          device);
    }
    long size = sizeBytes(snapshot, diskKey, device);
    return tracking.changed(snapshot, device, size, sinceMark, mark);
  }

  @Override
  public ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey) {
    String device = device(snapshot, diskKey);
    return tracking.allocated(snapshot, device, sizeBytes(snapshot, diskKey, device));
  }

  private String device(VmSnapshot snapshot, String diskKey) {
    String device = snapshot.devices().get(diskKey);
    if (device == null) {
      throw errors.of(
          ErrorCode.NOT_FOUND, "not in snapshot " + snapshot.name(), "what", "disk", "id", diskKey);
    }
    return device;
  }

  private long sizeBytes(VmSnapshot snapshot, String diskKey, String device) {
    long told =
        snapshot.type() == SnapshotType.SNAPSHOT_NONE
            ? 0
            : snapshots.sizeBytes(snapshot.vmId(), snapshot.name(), device);
    return told > 0 ? told : disk(snapshot.vmId(), diskKey).getSizeBytes();
  }

  private DiskDescription disk(String vmId, String diskKey) {
    return vms.vm(vmId)
        .disk(diskKey)
        .map(CasVm.Disk::description)
        .orElseThrow(
            () ->
                errors.of(
                    ErrorCode.NOT_FOUND,
                    "not a disk of VM " + vmId,
                    "what",
                    "disk",
                    "id",
                    diskKey));
  }

  @Override
  public List<TrackingMark> trackingMarks(String vmId) {
    return tracking.marks(vmId);
  }

  @Override
  public void dropTrackingMarks(String vmId, Collection<String> marks) {
    tracking.drop(vmId, marks);
  }

  @Override
  public DiskEndpoint snapshotDisk(
      VmSnapshot snapshot, String diskKey, DataPlaneOptions options, int connections) {
    String name = snapshot.type() == SnapshotType.SNAPSHOT_NONE ? "" : snapshot.name();
    CvdDisk disk = new CvdDisk(snapshot.vmId(), device(snapshot, diskKey), name, false, 0);
    // Where the VM is now: it may have been moved since, and its snapshot with it.
    String now = vms.hostId(snapshot.vmId());
    boolean moved = !now.isEmpty() && !now.equals(snapshot.hostId());
    return dataPlane.endpoint(
        moved ? now : snapshot.hostId(),
        moved ? "" : snapshot.hostAddress(),
        disk,
        options,
        connections);
  }

  @Override
  public void shutDown(String vmId, int seconds) {
    lifecycle.shutDown(vmId, seconds);
  }

  @Override
  public void start(String vmId) {
    handles.closeVm(vmId);
    lifecycle.start(vmId);
  }

  @Override
  public void resume(String vmId) {
    lifecycle.resume(vmId);
  }

  @Override
  public void deleteVm(String vmId, boolean deleteVolumes) {
    abandoned(() -> handles.closeVm(vmId));
    lifecycle.delete(vmId, deleteVolumes);
  }

  @Override
  public VmDescription createVm(NewVm vm) {
    return creation.create(vm).description();
  }

  @Override
  public DiskDescription createDisk(String vmId, NewDisk disk) {
    return disks.create(vmId, disk);
  }

  @Override
  public void removeDisk(String vmId, String diskKey, boolean deleteVolume) {
    vms.find(vmId)
        .flatMap(vm -> vm.disk(diskKey))
        .map(disk -> disk.description().getDevice())
        .ifPresent(device -> abandoned(() -> handles.closeDisk(vmId, device)));
    disks.remove(vmId, diskKey, deleteVolume);
  }

  /** What is about to be deleted need not be on the disk. */
  private static void abandoned(Runnable close) {
    try {
      close.run();
    } catch (BackupException e) {
      if (e.code() != ErrorCode.DISK_WRITE_FAILED) {
        throw e;
      }
    }
  }

  @Override
  public DiskEndpoint writableDisk(
      String vmId, String diskKey, DataPlaneOptions options, int connections) {
    CasVm vm = vms.vm(vmId);
    DiskDescription description = disk(vmId, diskKey);
    eligibility.requireOff(vm);
    CvdDisk disk = new CvdDisk(vmId, description.getDevice(), "", true, 0);
    DiskEndpoint endpoint =
        dataPlane.endpoint(
            vm.description().getHostId(),
            vm.description().getHostAddress(),
            disk,
            options,
            connections);
    return Preallocation.isReserved(description) ? endpoint.keepingAllocation() : endpoint;
  }

  @Override
  public List<Notice> dataPlane(VmDescription vm, DataPlaneOptions options) {
    return dataPlane.choice(vm, options);
  }

  @Override
  public void requireDataPlane(VmDescription vm, DataPlaneOptions options) {
    dataPlane.requireReachable(vm, options);
  }

  @Override
  public void requireCreatable(String hostId, String vm, List<NewDisk> wanted) {
    CasRelease release = hosts.release(hosts.host(hostId));
    wanted.forEach(disk -> volumes.requireCreatable(hostId, disk, vm, release));
  }

  @Override
  public void reconfigure(String vmId, VmDescription like) {
    modification.align(vms.vm(vmId), like);
  }

  @Override
  public void close() {
    handles.close();
    http.forget();
  }
}
