package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A platform with one VM, an agent of its own, and what tests of backups ask of them. */
abstract class BackupFixture {
  static final int MIB = 1 << 20;

  final UUID poolId = UUID.randomUUID();
  final CountingTransport transport = new CountingTransport();
  final Seed seed = Seed.ofRun();
  Path folder;
  TestPlatform platform;
  TestVm vm;
  TestAgent agent;
  BackupDriver driver;

  @BeforeEach
  final void startAgent(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("vm-\"虚拟机\" ../1");
    restart();
  }

  void restart() {
    if (agent != null) {
      agent.close();
    }
    agent = new TestAgent(folder, platform, transport, poolId);
    driver = new BackupDriver(agent);
  }

  @AfterEach
  final void stopAgent() {
    agent.close();
    assertEquals(0, platform.openConnections(), "platform connections left open");
  }

  TestDisk disk(String device, long sizeBytes, long salt) {
    TestDisk disk = vm.addDisk(folder, device, sizeBytes);
    DiskPattern.holed(sizeBytes, seed.with(salt)).writeTo(disk.file());
    return disk;
  }

  /** SHA-256 of every disk of the VM as it is now, by disk key. */
  Map<String, String> digests() {
    Map<String, String> result = new HashMap<>();
    vm.disks().forEach((key, disk) -> result.put(key, DiskDigest.of(disk.file())));
    return result;
  }

  /** The same from the pool; the agent must not have the pool open meanwhile. */
  Map<String, String> stored(RestorePointSummary point) throws Exception {
    Map<String, String> result = new HashMap<>();
    try (Pool pool = new FolderMedium(Clock.systemUTC()).open(folder.resolve("pool"), poolId);
        RestorePointReader reader = pool.restorePoint(UUID.fromString(point.getRestorePointId()))) {
      for (RestorePointDisk disk : point.getDisksList()) {
        result.put(disk.getDisk().getDiskKey(), digest(reader.disk(disk.getDisk().getDiskKey())));
      }
    }
    return result;
  }

  static String digest(DiskReader disk) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (long at = 0; at < disk.sizeBytes(); at += MIB) {
      ByteBuffer step = ByteBuffer.allocate((int) Math.min(MIB, disk.sizeBytes() - at));
      disk.read(at, step);
      digest.update(step.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  RestorePointSummary sealedAndReleased(BackupRequest request) {
    RestorePointSummary point = driver.seal(request);
    driver.release(request, false, List.of());
    return point;
  }

  static void assertNoPasswordIn(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("pass-word"), file.toString());
      }
    }
  }
}
