package io.holdfast.bench.agent;

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
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import java.util.UUID;
import java.util.stream.Stream;

/** One connection to an {@link ImagePlatform}. */
final class ImageConnection implements PlatformConnection {
  static final String STORAGE = "images";
  private static final String RAW = ".raw";
  private static final int REQUEST_BYTES = 1 << 20;

  private final ImagePlatform platform;

  ImageConnection(ImagePlatform platform) {
    this.platform = platform;
  }

  @Override
  public TestPlatformResponse test() {
    return TestPlatformResponse.newBuilder().setProduct(ImagePlatform.KIND).build();
  }

  @Override
  public List<InventoryNode> inventory() {
    return List.of();
  }

  @Override
  public VmDescription describeVm(String vmId) {
    VmDescription.Builder vm =
        VmDescription.newBuilder()
            .setVmId(vmId)
            .setUuid(UUID.nameUUIDFromBytes(vmId.getBytes(StandardCharsets.UTF_8)).toString())
            .setName(vmId)
            .setHostId("1")
            .setHostName("localhost")
            .setState("shutOff")
            .setFirmware("bios")
            .setPlatformDocument("{}");
    for (Path disk : disks(platform.vm(vmId))) {
      vm.addDisks(describe(vmId, disk));
    }
    return vm.build();
  }

  private static List<Path> disks(Path vm) {
    try (Stream<Path> files = Files.list(vm)) {
      return files.filter(file -> isDisk(file.toString())).sorted().toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static boolean isDisk(String file) {
    return file.endsWith(RAW) || file.endsWith(RbdDiskFile.SUFFIX);
  }

  private static DiskDescription describe(String vmId, Path disk) {
    String file = String.valueOf(disk.getFileName());
    try {
      return DiskDescription.newBuilder()
          .setDiskKey(vmId + "/" + file)
          .setDevice(file.substring(0, file.lastIndexOf('.')))
          .setBus("virtio")
          .setFormat("raw")
          .setPath(disk.toString())
          .setSizeBytes(sizeBytes(disk))
          .setStoragePool(STORAGE)
          .setMode("subordinate")
          .build();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static long sizeBytes(Path disk) throws IOException {
    return disk.toString().endsWith(RAW) ? Files.size(disk) : RbdDiskFile.read(disk).sizeBytes();
  }

  @Override
  public Optional<VmDescription> findVmByName(String name) {
    return Files.isDirectory(platform.folder().resolve(name))
        ? Optional.of(describeVm(name))
        : Optional.empty();
  }

  @Override
  public HostResources hostResources(String hostId) {
    return HostResources.newBuilder()
        .addStoragePools(
            StoragePoolDescription.newBuilder()
                .setName(STORAGE)
                .setActive(true)
                .setTotalBytes(1L << 50)
                .setFreeBytes(1L << 50))
        .build();
  }

  @Override
  public BackupEligibility eligibility(String vmId, SnapshotType wanted) {
    VmDescription vm = describeVm(vmId);
    List<BackupEligibility.Disk> disks =
        vm.getDisksList().stream()
            .map(disk -> new BackupEligibility.Disk(disk, true, Notice.getDefaultInstance(), true))
            .toList();
    return new BackupEligibility(vm, SnapshotType.SNAPSHOT_EXTERNAL, disks, true, List.of());
  }

  @Override
  public void enableTracking(String vmId) {
    // Changes are listed by who makes them.
  }

  @Override
  public VmSnapshot createSnapshot(String vmId, String name, SnapshotType type) {
    return findSnapshot(vmId, name).orElseThrow();
  }

  @Override
  public Optional<VmSnapshot> findSnapshot(String vmId, String name) {
    Map<String, String> marks = new HashMap<>();
    Map<String, String> devices = new HashMap<>();
    for (DiskDescription disk : describeVm(vmId).getDisksList()) {
      marks.put(disk.getDiskKey(), name);
      devices.put(disk.getDiskKey(), disk.getDevice());
    }
    return Optional.of(
        new VmSnapshot(
            vmId, name, SnapshotType.SNAPSHOT_EXTERNAL, Instant.now(), "1", "", marks, devices));
  }

  @Override
  public void removeSnapshot(String vmId, String name) {
    // The snapshot was the file itself.
  }

  @Override
  public List<SnapshotName> listSnapshots(String prefix) {
    return List.of();
  }

  @Override
  public ExtentMap changedAreas(VmSnapshot snapshot, String diskKey, String sinceMark) {
    Path disk = platform.folder().resolve(diskKey);
    return listed(disk, disk.resolveSibling(disk.getFileName() + ".changed"));
  }

  /** Lines of offset and length; no file: nothing. */
  private static ExtentMap listed(Path disk, Path list) {
    try {
      List<Extent> extents = new ArrayList<>();
      if (Files.exists(list)) {
        for (String line : Files.readAllLines(list)) {
          int space = line.indexOf(' ');
          extents.add(
              Extent.data(
                  Long.parseLong(line, 0, space, 10),
                  Long.parseLong(line, space + 1, line.length(), 10)));
        }
      }
      return ExtentMap.of(Files.size(disk), extents);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public ExtentMap allocatedAreas(VmSnapshot snapshot, String diskKey) {
    Path disk = platform.folder().resolve(diskKey);
    Path list = disk.resolveSibling(disk.getFileName() + ".allocated");
    if (!Files.exists(list)) {
      throw BackupException.of(
          ErrorCode.VALID_DATA_UNAVAILABLE, "vm", "", "disk", diskKey, "cause", "no list");
    }
    return listed(disk, list);
  }

  @Override
  public List<TrackingMark> trackingMarks(String vmId) {
    return List.of();
  }

  @Override
  public void dropTrackingMarks(String vmId, Collection<String> marks) {
    // A mark takes no space here.
  }

  @Override
  public DiskEndpoint snapshotDisk(
      VmSnapshot snapshot, String diskKey, DataPlaneOptions options, int connections) {
    Path disk = platform.folder().resolve(diskKey);
    return disk.toString().endsWith(RbdDiskFile.SUFFIX)
        ? RbdDiskFile.read(disk).endpoint(connections)
        : endpoint(diskKey, connections);
  }

  private DiskEndpoint endpoint(String diskKey, int connections) {
    return new DiskEndpoint(
        "file",
        "",
        0,
        new DiskEndpoint.LocalFile(platform.folder().resolve(diskKey)),
        REQUEST_BYTES,
        connections,
        Duration.ofMinutes(1),
        "");
  }

  @Override
  public void shutDown(String vmId, int seconds) {
    // Nothing runs.
  }

  @Override
  public void start(String vmId) {
    // Nothing runs.
  }

  @Override
  public void deleteVm(String vmId, boolean deleteVolumes) {
    try {
      for (Path disk : disks(platform.vm(vmId))) {
        Files.delete(disk);
      }
      Files.delete(platform.vm(vmId));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public VmDescription createVm(NewVm vm) {
    try {
      Files.createDirectory(platform.folder().resolve(vm.name()));
      vm.disks().forEach(disk -> createDisk(vm.name(), disk));
      return describeVm(vm.name());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public DiskDescription createDisk(String vmId, NewDisk disk) {
    Path file = platform.vm(vmId).resolve(disk.device() + RAW);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(disk.sizeBytes());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return describe(vmId, file);
  }

  @Override
  public void removeDisk(String vmId, String diskKey, boolean deleteVolume) {
    throw new UnsupportedOperationException("no scenario removes a disk");
  }

  @Override
  public DiskEndpoint writableDisk(
      String vmId, String diskKey, DataPlaneOptions options, int connections) {
    return endpoint(diskKey, connections);
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
