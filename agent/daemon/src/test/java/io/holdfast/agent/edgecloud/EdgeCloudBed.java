package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.MessageLite;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.GuestFreeze;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.platform.hikcloud.HikCloudDriver;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** An agent, the simulated Edge Cloud and the JVM's cluster. */
final class EdgeCloudBed implements AutoCloseable {
  final CephBed ceph = CephBed.shared();
  final SimulatedCloud cloud;
  final PlatformConnection platform;

  private final Path folder;
  private final UUID pool = UUID.randomUUID();
  private TestAgent agent;
  private BackupDriver backups;

  EdgeCloudBed(Path folder) throws IOException {
    this.folder = folder;
    cloud = new SimulatedCloud(folder.resolve("cloud"), ceph);
    startAgent();
    platform = new HikCloudDriver(Clock.systemUTC(), new RbdStorage()).connect(access());
  }

  void stopAgent() {
    agent.close();
  }

  /** On the same folder as before. */
  void startAgent() {
    agent = agent(folder, pool);
    backups = new BackupDriver(agent);
  }

  /** An agent on a folder, with a pool in it. */
  static TestAgent agent(Path folder, UUID pool) {
    HikCloudDriver driver = new HikCloudDriver(Clock.systemUTC(), new RbdStorage());
    return TestAgent.of(
        new TestAgent.Site(folder, driver, new RbdDiskTransport(), Clock.systemUTC()), pool);
  }

  /** Ends the agent and starts it again on its folder. */
  void restartAgent() {
    stopAgent();
    startAgent();
  }

  /**
   * An agent in a process of its own on this bed's folder, which does half of what it is asked for
   * and waits to be killed.
   *
   * @param what "backup" or "restore"
   */
  Process victim(String what, MessageLite request) throws IOException {
    Path file = folder.resolve(what + ".request");
    Files.write(file, request.toByteArray());
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EdgeCloudVictim.class.getName(),
            folder.toString(),
            pool.toString(),
            what,
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  TestAgent agent() {
    return agent;
  }

  RestoreDriver restores() {
    return new RestoreDriver(agent);
  }

  BackupDriver backups() {
    return backups;
  }

  @Override
  public void close() {
    platform.close();
    agent.close();
    cloud.close();
  }

  PlatformAccess access() {
    return cloud.access("admin", "");
  }

  SnapshotKeeper keeper() {
    return new HikCloudDriver(Clock.systemUTC(), new RbdStorage()).snapshots(access());
  }

  /** Makes a VM that is off, its disks in the lab's words. */
  String shutOff(String... disks) {
    return cloud.instance("{\"disks\":[" + String.join(",", disks) + "]}");
  }

  /** As the other, and starts it. */
  String running(String... disks) {
    String vm = shutOff(disks);
    platform.start(vm);
    return vm;
  }

  static String disk(long sizeBytes) {
    return "{\"sizeBytes\":" + sizeBytes + "}";
  }

  String key(String vm, int disk) {
    return platform.describeVm(vm).getDisks(disk).getDiskKey();
  }

  BackupRequest request(String vm, BackupType type, String base) {
    return backups
        .request(vm, type, base)
        .setPlatform(access())
        .setGuestFreeze(GuestFreeze.FREEZE_REQUIRED)
        .build();
  }

  /** From begin to release; only {@code bases} and the new point are counted from later. */
  RestorePointSummary run(BackupRequest request, RestorePointSummary... bases) {
    BackupBegun begun = agent.backups().beginBackup(request);
    assertTrue(
        begun.getNoticesList().stream().anyMatch(each -> each.getCode().equals("GUEST_FROZEN")),
        begun.getNoticesList().toString());
    backups.transferAll(request, begun);
    RestorePointSummary sealed = backups.seal(request);
    List<String> all = new ArrayList<>();
    Arrays.stream(bases).map(RestorePointSummary::getRestorePointId).forEach(all::add);
    all.add(sealed.getRestorePointId());
    assertEquals(
        List.of(),
        backups.release(request, false, all).getNoticesList().stream()
            .map(Notice::getCode)
            .toList());
    return sealed;
  }

  static long readBytes(RestorePointSummary point) {
    return point.getDisksList().stream().mapToLong(RestorePointDisk::getReadBytes).sum();
  }

  /** Kept snapshots of a point's session, one per disk. */
  long marks(String vm, RestorePointSummary of) {
    return platform.trackingMarks(vm).stream()
        .filter(each -> each.snapshot().equals("holdfast-" + of.getRestorePointId()))
        .count();
  }

  /** Names of the VM's images, in the order of its disks. */
  List<String> images(String vm) {
    List<String> all = ceph.rbd("ls").lines().toList();
    return platform.describeVm(vm).getDisksList().stream()
        .map(disk -> "volume-" + disk.getDiskKey())
        .map(name -> all.contains(name) ? name : vm + "_disk")
        .toList();
  }

  /** SHA-256 of an image, as the cluster's own command reads it. */
  String digest(String image) throws IOException {
    Path file = Files.createTempDirectory(folder, "export").resolve("image");
    ceph.rbd("export", "--no-progress", image, file.toString());
    String digest = DiskDigest.of(file);
    Files.delete(file);
    return digest;
  }

  /** SHA-256 of the VM's images. */
  Map<String, String> digests(String vm) throws IOException {
    Map<String, String> result = new TreeMap<>();
    for (String image : images(vm)) {
      result.put(image, digest(image));
    }
    return result;
  }
}
