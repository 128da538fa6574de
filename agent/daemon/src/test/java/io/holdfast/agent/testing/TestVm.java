package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.toolkit.DiskPattern;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** A VM of the {@link TestPlatform}. Fields are changed by tests at will. */
public final class TestVm {
  volatile String id;
  final String name;
  final String ownerTag;
  final String uuid = UUID.randomUUID().toString();
  final Map<String, TestDisk> disks = new LinkedHashMap<>();
  final Set<String> snapshots = new LinkedHashSet<>();
  final Map<String, Boolean> snapshotMarks = new LinkedHashMap<>();
  private String hostId = "1";
  private String hostAddress = "10.0.0.1";
  private String profileId = "1";
  boolean tracking;
  boolean running = true;
  volatile boolean refusesShutdown;
  volatile boolean isProtected;
  volatile boolean pausing;
  volatile boolean paused;
  volatile String tools = "running";
  volatile GuestAnswer answer = GuestAnswer.NOBODY;
  final List<String> freezes = new CopyOnWriteArrayList<>();
  volatile int cpuCores = 2;
  volatile long memoryMib = 512;

  /** How a guest takes being frozen. */
  public enum GuestAnswer {
    NOBODY,
    FREEZES,
    /** It freezes, and only thawing it ends that. */
    STAYS_FROZEN
  }

  /** The platform takes internal snapshots of it and leaves it paused. */
  public void pauseForSnapshots() {
    pausing = true;
  }

  /** Paused by the platform. */
  public boolean paused() {
    return paused;
  }

  /** What its guest does when it is to be frozen. */
  public void guest(String toolsState, GuestAnswer guestAnswer) {
    tools = toolsState;
    answer = guestAnswer;
  }

  /** "frozen" and "thawed" in their order. */
  public List<String> freezes() {
    return freezes;
  }

  TestVm(String id, String name, String ownerTag) {
    this.id = id;
    this.name = name;
    this.ownerTag = ownerTag;
  }

  public String id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String uuid() {
    return uuid;
  }

  public boolean running() {
    return running;
  }

  public int cores() {
    return cpuCores;
  }

  /** By device (vda…). */
  public TestDisk disk(String device) {
    return disks.values().stream()
        .filter(disk -> disk.description().getDevice().equals(device))
        .findFirst()
        .orElseThrow();
  }

  public Map<String, TestDisk> disks() {
    return disks;
  }

  public Set<String> snapshots() {
    return snapshots;
  }

  /** Moves it to another host; the same address means the host got another id. */
  public void host(String newId, String address) {
    hostId = newId;
    hostAddress = address;
  }

  public void profile(String id) {
    profileId = id;
  }

  /** Shuts it off: tracking is lost. */
  public void shutOff() {
    running = false;
    powerCycle();
  }

  /** Starts it. */
  public void startUp() {
    running = true;
  }

  /** Its guest does not shut down in time. */
  public void refuseShutdown() {
    refusesShutdown = true;
  }

  /** The platform protects it from now on. */
  public void protect() {
    isProtected = true;
  }

  /** Somebody gives it other hardware. */
  public void hardware(int cores, long mib) {
    cpuCores = cores;
    memoryMib = mib;
  }

  /** Off and on: tracking is lost. */
  public void powerCycle() {
    tracking = false;
    disks.values().forEach(TestDisk::loseTracking);
  }

  /** Adds a disk in the platform's folder; its key is its file. */
  public TestDisk addDisk(Path folder, String device, long sizeBytes) {
    Path file = folder.resolve("vm" + id + "-" + device + "-" + UUID.randomUUID() + ".raw");
    return addDisk(
        DiskDescription.newBuilder()
            .setDevice(device)
            .setBus("virtio")
            .setFormat("raw")
            .setPath(file.toString())
            .setSizeBytes(sizeBytes)
            .setStoragePool("store")
            .setMode("subordinate")
            .build());
  }

  /** A disk that holds a pattern. */
  public TestDisk addDisk(Path folder, String device, DiskPattern pattern) {
    TestDisk disk = addDisk(folder, device, pattern.sizeBytes());
    pattern.writeTo(disk.file());
    return disk;
  }

  TestDisk addDisk(DiskDescription like) {
    String key = "disk-" + UUID.randomUUID();
    TestDisk disk = new TestDisk(like.toBuilder().setDiskKey(key).build());
    disks.put(key, disk);
    return disk;
  }

  VmDescription description() {
    VmDescription.Builder vm =
        VmDescription.newBuilder()
            .setVmId(id)
            .setUuid(uuid)
            .setName(name)
            .setTitle(name)
            .setHostId(hostId)
            .setHostName("host-" + hostId)
            .setHostAddress(hostAddress)
            .setState(!running ? "shutOff" : paused ? "paused" : "running")
            .setCpuSockets(1)
            .setCpuCores(cpuCores)
            .setMemoryMib(memoryMib)
            .setProtected(isProtected)
            .setGuestTools(tools)
            .setVncPassword(ownerTag.isEmpty())
            .setFirmware(ownerTag.isEmpty() ? "uefi" : "bios")
            .setPlatformDocument("{\"tag\":\"" + ownerTag + "\"}")
            .addNetworks(
                NetworkCard.newBuilder()
                    .setMac("0c:da:41:00:00:0" + id)
                    .setVswitchId("1")
                    .setProfileId(profileId));
    disks.values().forEach(disk -> vm.addDisks(disk.description()));
    return vm.build();
  }
}
