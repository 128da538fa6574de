package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.PlatformDriver;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A platform over raw files in a folder: VMs, snapshots as copies, change tracking, restores. Tests
 * change VMs at will and can make any call fail once.
 */
public final class TestPlatform implements PlatformDriver {
  public static final String KIND = "test";

  /** A block pool: its volumes are chosen, not made. */
  public static final String SAN = "san";

  final Path folder;
  final Map<String, TestVm> vms = new LinkedHashMap<>();
  final AtomicInteger connections = new AtomicInteger();
  private final Map<String, BackupException> failures = new HashMap<>();
  private int lastId;
  volatile boolean validDataKnown = true;
  volatile String newHostId = "";
  volatile boolean snapshotsPossible = true;
  volatile boolean trackingSurvivesMigration;
  volatile long freeBytes = 1L << 39;
  volatile Supplier<Instant> clock = Instant::now;
  volatile long volumeBytes = 1 << 20;

  public TestPlatform(Path folder) {
    this.folder = folder;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public PlatformConnection connect(PlatformAccess access) {
    if (!access.getPassword().equals("pass-word")) {
      throw BackupException.of(ErrorCode.PLATFORM_LOGIN_REFUSED, "address", access.getAddress());
    }
    connections.incrementAndGet();
    return new TestConnection(this);
  }

  /** Connections that were not closed. */
  public int openConnections() {
    return connections.get();
  }

  /** Somebody deletes a VM by hand. */
  public synchronized void removeVm(String id) {
    vms.remove(id);
  }

  /** Changes are counted on when a VM moves, as between snapshots in a cluster. */
  public void keepsTrackingOfMovedVms() {
    trackingSurvivesMigration = true;
  }

  /** No kind of snapshot is possible of its VMs. */
  public void withoutSnapshots() {
    snapshotsPossible = false;
  }

  /** What is free of the 1 TiB of its storage pools. */
  /** The platform's clock stands at that time. */
  public void clockAt(Instant time) {
    clock = () -> time;
  }

  public void freeBytes(long bytes) {
    freeBytes = bytes;
  }

  /** The VM gets another id, as when it is registered anew. */
  public synchronized void changeId(String from, String to) {
    TestVm vm = vms.remove(from);
    vm.id = to;
    vms.put(to, vm);
  }

  /** Its host is deleted and added again. */
  public void hostAddedAgain(String newId) {
    newHostId = newId;
  }

  /** How to reach it. */
  public static PlatformAccess access() {
    return PlatformAccess.newBuilder()
        .setPlatformId("platform-1")
        .setKind(KIND)
        .setAddress("test.example")
        .setUser("admin")
        .setPassword("pass-word")
        .build();
  }

  public synchronized TestVm addVm(String name) {
    return addVm(name, "");
  }

  synchronized TestVm addVm(String name, String ownerTag) {
    String id = Integer.toString(++lastId);
    TestVm vm = new TestVm(id, name, ownerTag);
    vms.put(id, vm);
    return vm;
  }

  public synchronized Optional<TestVm> find(String id) {
    return Optional.ofNullable(vms.get(id));
  }

  public synchronized Optional<TestVm> named(String name) {
    return vms.values().stream().filter(vm -> vm.name.equals(name)).findFirst();
  }

  public synchronized int vmCount() {
    return vms.size();
  }

  /** The next call of this name fails. */
  public synchronized void failNext(String call, BackupException failure) {
    failures.put(call, failure);
  }

  /** Size of the volumes of {@link #SAN}. */
  public void volumeBytes(long bytes) {
    volumeBytes = bytes;
  }

  public void validDataUnknown() {
    validDataKnown = false;
  }

  /** Blocks as a platform's operation does that does not end by itself. */
  synchronized void awaitThaw(TestVm vm) {
    long end = System.nanoTime() + 20_000_000_000L;
    try {
      while (!vm.freezes.contains("thawed") && System.nanoTime() < end) {
        wait(1000);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void thaw(TestVm vm) {
    vm.freezes.add("thawed");
    notifyAll();
  }

  synchronized void maybeFail(String call) {
    BackupException failure = failures.remove(call);
    if (failure != null) {
      throw failure;
    }
  }

  TestVm vm(String id) {
    return find(id)
        .orElseThrow(
            () -> BackupException.of(ErrorCode.VM_NOT_FOUND, "vm", id, "address", "test.example"));
  }
}
