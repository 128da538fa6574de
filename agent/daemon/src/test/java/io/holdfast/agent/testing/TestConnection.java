package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.FreezeWatch;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.FrozenSnapshot.Freezing;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.LocalFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One connection to a {@link TestPlatform}. */
final class TestConnection implements PlatformConnection {
  private final TestPlatform platform;
  private final AtomicBoolean closed = new AtomicBoolean();

  TestConnection(TestPlatform platform) {
    this.platform = platform;
  }

  @Override
  public TestPlatformResponse test() {
    return TestPlatformResponse.newBuilder().setProduct("test").build();
  }

  @Override
  public List<InventoryNode> inventory() {
    List<InventoryNode> nodes = new ArrayList<>();
    platform
        .vms
        .values()
        .forEach(
            vm ->
                nodes.add(
                    InventoryNode.newBuilder().setId("vm:" + vm.id).setName(vm.name).build()));
    return nodes;
  }

  @Override
  public VmDescription describeVm(String vmId) {
    return platform.vm(vmId).description();
  }

  @Override
  public Optional<VmDescription> findVmByName(String name) {
    return platform.named(name).map(TestVm::description);
  }

  @Override
  public HostResources hostResources(String hostId) {
    return HostResources.newBuilder()
        .addStoragePools(
            StoragePoolDescription.newBuilder()
                .setName("store")
                .setActive(true)
                .setTotalBytes(1L << 40)
                .setFreeBytes(platform.freeBytes))
        .addStoragePools(
            StoragePoolDescription.newBuilder()
                .setName(TestPlatform.SAN)
                .setActive(true)
                .setTotalBytes(1L << 40)
                .setFreeBytes(platform.freeBytes))
        .build();
  }

  @Override
  public Optional<VmDescription> findVmByUuid(String uuid) {
    return platform.vms.values().stream()
        .filter(vm -> vm.uuid.equals(uuid))
        .map(TestVm::description)
        .findFirst();
  }

  @Override
  public Optional<String> newIdOfHost(String hostId, String name, String address) {
    return Optional.of(platform.newHostId).filter(id -> !id.isEmpty());
  }

  @Override
  public void requireCreatable(String hostId, String vm, List<NewDisk> disks) {
    platform.maybeFail("requireCreatable");
  }

  @Override
  public void reconfigure(String vmId, VmDescription like) {
    TestVm vm = platform.vm(vmId);
    vm.cpuCores = like.getCpuCores();
    vm.memoryMib = like.getMemoryMib();
  }

  @Override
  public Map<String, Instant> snapshotsOf(String vmId, String prefix) {
    Map<String, Instant> result = new HashMap<>();
    platform.vm(vmId).snapshots.stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> result.put(name, Instant.EPOCH));
    return result;
  }

  @Override
  public BackupEligibility eligibilityWhenOff(String vmId, SnapshotType wanted) {
    return judged(platform.vm(vmId), true);
  }

  @Override
  public void restartTracking(String vmId) {
    platform.vm(vmId).powerCycle();
    enableTracking(vmId);
  }

  @Override
  public BackupEligibility eligibility(String vmId, SnapshotType wanted) {
    platform.maybeFail("eligibility");
    TestVm vm = platform.vm(vmId);
    return judged(vm, !vm.running);
  }

  private BackupEligibility judged(TestVm vm, boolean off) {
    if (!platform.snapshotsPossible && !off) {
      throw BackupException.of(
          ErrorCode.SNAPSHOT_UNSUPPORTED, "vm", vm.name, "type", "", "cause", "test");
    }
    List<BackupEligibility.Disk> disks = new ArrayList<>();
    for (TestDisk disk : vm.disks.values()) {
      boolean included = disk.description().getMode().equals("subordinate");
      disks.add(
          new BackupEligibility.Disk(
              disk.description(),
              included,
              included
                  ? Notice.getDefaultInstance()
                  : Notice.newBuilder().setCode("DISK_EXCLUDED_INDEPENDENT").build(),
              included));
    }
    SnapshotType type =
        platform.snapshotsPossible ? SnapshotType.SNAPSHOT_EXTERNAL : SnapshotType.SNAPSHOT_NONE;
    return new BackupEligibility(
        vm.description(),
        type,
        disks,
        vm.tracking && !off,
        List.of(),
        platform.trackingSurvivesMigration,
        "");
  }

  @Override
  public void enableTracking(String vmId) {
    TestVm vm = platform.vm(vmId);
    vm.tracking |= vm.running;
  }

  @Override
  public VmSnapshot createSnapshot(String vmId, String name, SnapshotType type) {
    TestVm vm = platform.vm(vmId);
    platform.maybeFail("createSnapshot");
    if (type == SnapshotType.SNAPSHOT_NONE) {
      Map<String, String> devices = new HashMap<>();
      vm.disks.forEach((key, disk) -> devices.put(key, disk.description().getDevice()));
      return new VmSnapshot(vmId, name, type, platform.clock.get(), "1", "", Map.of(), devices);
    }
    vm.paused = vm.pausing;
    if (vm.snapshots.add(name)) {
      vm.snapshotMarks.put(name, vm.tracking);
      vm.disks
          .values()
          .forEach(disk -> disk.snapshot(name, vm.tracking ? mark(name, disk.description()) : ""));
    }
    return findSnapshot(vmId, name).orElseThrow();
  }

  @Override
  public FrozenSnapshot createFrozenSnapshot(
      String vmId, String name, SnapshotType type, FreezeWatch watch) {
    TestVm vm = platform.vm(vmId);
    if (vm.snapshots.contains(name)) {
      return new FrozenSnapshot(findSnapshot(vmId, name).orElseThrow(), Freezing.FOUND);
    }
    watch.begun("op-" + vmId);
    if (vm.answer == TestVm.GuestAnswer.NOBODY) {
      return new FrozenSnapshot(createSnapshot(vmId, name, type), Freezing.UNANSWERED);
    }
    vm.freezes.add("frozen");
    platform.maybeFail("freeze");
    if (vm.answer == TestVm.GuestAnswer.STAYS_FROZEN) {
      platform.awaitThaw(vm);
      throw BackupException.of(
          ErrorCode.PLATFORM_TASK_FAILED, "vm", vm.name, "operation", "snapshot", "cause", "ended");
    }
    VmSnapshot taken = createSnapshot(vmId, name, type);
    vm.freezes.add("thawed");
    return new FrozenSnapshot(taken, Freezing.FROZEN);
  }

  @Override
  public void thaw(String vmId, String operation) {
    if (operation.equals("op-" + vmId)) {
      platform.thaw(platform.vm(vmId));
    }
  }

  private static String mark(String snapshot, DiskDescription disk) {
    return "mark-" + snapshot + "-" + disk.getDevice();
  }

  @Override
  public Optional<VmSnapshot> findSnapshot(String vmId, String name) {
    TestVm vm = platform.vm(vmId);
    if (!vm.snapshots.contains(name)) {
      return Optional.empty();
    }
    Map<String, String> marks = new HashMap<>();
    Map<String, String> devices = new HashMap<>();
    vm.disks.forEach(
        (key, disk) -> {
          if (disk.isPlugged()) {
            devices.put(key, disk.description().getDevice());
          }
          if (vm.snapshotMarks.get(name)) {
            marks.put(key, mark(name, disk.description()));
          }
        });
    return Optional.of(
        new VmSnapshot(
            vmId,
            name,
            vm.pausing ? SnapshotType.SNAPSHOT_INTERNAL : SnapshotType.SNAPSHOT_EXTERNAL,
            platform.clock.get(),
            "1",
            "",
            marks,
            devices));
  }

  @Override
  public void removeSnapshot(String vmId, String name) {
    platform.maybeFail("removeSnapshot");
    TestVm vm = platform.vm(vmId);
    vm.snapshots.remove(name);
    vm.disks.values().forEach(disk -> disk.removeSnapshot(name));
  }

  @Override
  public List<SnapshotName> listSnapshots(String prefix) {
    List<SnapshotName> names = new ArrayList<>();
    for (TestVm vm : platform.vms.values()) {
      vm.snapshots.stream()
          .filter(name -> name.startsWith(prefix))
          .forEach(name -> names.add(new SnapshotName(vm.id, vm.name, name)));
    }
    return names;
  }

  @Override
  public ExtentMap changedAreas(VmSnapshot snapshot, String diskKey, String sinceMark) {
    platform.maybeFail("changedAreas");
    return platform
        .vm(snapshot.vmId())
        .disks
        .get(diskKey)
        .changed(snapshot.name(), sinceMark)
        .orElseThrow(
            () ->
                BackupException.of(
                    ErrorCode.TRACKING_LOST, "vm", "", "disk", diskKey, "cause", "unknown mark"));
  }

  @Override
  public ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey) {
    platform.maybeFail("allocatedAreas");
    if (!platform.validDataKnown) {
      throw BackupException.of(
          ErrorCode.VALID_DATA_UNAVAILABLE, "vm", "", "disk", diskKey, "cause", "not offered");
    }
    TestDisk disk = platform.vm(snapshot.vmId()).disks.get(diskKey);
    return snapshot.type() == SnapshotType.SNAPSHOT_NONE
        ? ExtentMap.whole(disk.description().getSizeBytes())
        : disk.allocated(snapshot.name());
  }

  @Override
  public List<TrackingMark> trackingMarks(String vmId) {
    List<TrackingMark> marks = new ArrayList<>();
    for (TestDisk disk : platform.vm(vmId).disks.values()) {
      String end = "-" + disk.description().getDevice();
      for (String mark : disk.marks()) {
        String snapshot = mark.substring("mark-".length(), mark.length() - end.length());
        marks.add(new TrackingMark(mark, snapshot));
      }
    }
    return marks;
  }

  @Override
  public void dropTrackingMarks(String vmId, Collection<String> marks) {
    platform.vm(vmId).disks.values().forEach(disk -> disk.drop(marks));
  }

  @Override
  public DiskEndpoint snapshotDisk(
      VmSnapshot snapshot, String diskKey, DataPlaneOptions options, int connections) {
    TestDisk disk = platform.vm(snapshot.vmId()).disks.get(diskKey);
    return endpoint(
        snapshot.type() == SnapshotType.SNAPSHOT_NONE
            ? disk.file()
            : disk.snapshotFile(snapshot.name()),
        connections);
  }

  private static DiskEndpoint endpoint(Path file, int connections) {
    return new DiskEndpoint(
        "file", "", 0, new LocalFile(file), 256 << 10, connections, Duration.ofMinutes(1), "");
  }

  @Override
  public void shutDown(String vmId, int seconds) {
    platform.maybeFail("shutDown");
    TestVm vm = platform.vm(vmId);
    if (vm.running && vm.refusesShutdown) {
      throw BackupException.of(ErrorCode.SHUTDOWN_REFUSED, "vm", vm.name, "seconds", seconds);
    }
    if (vm.running) {
      vm.running = false;
      vm.powerCycle();
    }
  }

  @Override
  public void start(String vmId) {
    platform.maybeFail("start");
    platform.vm(vmId).running = true;
  }

  @Override
  public void resume(String vmId) {
    platform.maybeFail("resume");
    platform.vm(vmId).paused = false;
  }

  @Override
  public void deleteVm(String vmId, boolean deleteVolumes) {
    platform.maybeFail("deleteVm");
    Optional<TestVm> vm = platform.find(vmId);
    platform.vms.remove(vmId);
    if (deleteVolumes) {
      vm.ifPresent(gone -> gone.disks.values().forEach(disk -> delete(disk.file())));
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public VmDescription createVm(NewVm wanted) {
    Optional<TestVm> present = platform.named(wanted.name());
    if (present.isPresent()) {
      if (!present.get().ownerTag.equals(wanted.ownerTag())) {
        throw BackupException.of(
            ErrorCode.VM_NAME_TAKEN, "vm", wanted.name(), "address", "test.example");
      }
      return present.get().description();
    }
    platform.maybeFail("createVm");
    TestVm vm = platform.addVm(wanted.name(), wanted.ownerTag());
    vm.running = false;
    vm.cpuCores = wanted.like().getCpuCores();
    wanted.disks().forEach(disk -> vm.addDisk(description(disk)));
    platform.maybeFail("createVm-lost-reply");
    return vm.description();
  }

  private DiskDescription description(NewDisk disk) {
    boolean chosen = disk.storagePool().equals(TestPlatform.SAN);
    return DiskDescription.newBuilder()
        .setStoragePoolType(chosen ? "iscsi" : "fs")
        .setDevice(disk.device())
        .setBus(disk.bus())
        .setFormat(disk.format())
        .setPath(platform.folder.resolve(disk.volumeName()).toString())
        .setSizeBytes(chosen ? platform.volumeBytes : disk.sizeBytes())
        .setStoragePool(disk.storagePool())
        .setMode("subordinate")
        .setPreallocation("thin")
        .build();
  }

  @Override
  public DiskDescription createDisk(String vmId, NewDisk wanted) {
    TestVm vm = platform.vm(vmId);
    for (TestDisk disk : vm.disks.values()) {
      if (disk.description().getPath().endsWith("/" + wanted.volumeName())) {
        return disk.description();
      }
    }
    platform.maybeFail("createDisk");
    return vm.addDisk(description(wanted)).description();
  }

  @Override
  public void removeDisk(String vmId, String diskKey, boolean deleteVolume) {
    platform.maybeFail("removeDisk");
    TestDisk disk = platform.vm(vmId).disks.remove(diskKey);
    if (disk != null && deleteVolume) {
      delete(disk.file());
    }
  }

  @Override
  public DiskEndpoint writableDisk(
      String vmId, String diskKey, DataPlaneOptions options, int connections) {
    TestVm vm = platform.vm(vmId);
    if (vm.running) {
      throw BackupException.of(
          ErrorCode.VM_STATE_REFUSED, "vm", vm.name, "state", "running", "advice", "");
    }
    return endpoint(vm.disks.get(diskKey).file(), connections);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      platform.connections.decrementAndGet();
    }
  }
}
