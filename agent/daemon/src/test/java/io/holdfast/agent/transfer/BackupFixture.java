package io.holdfast.agent.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.AgentFixture;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.toolkit.DiskDigest;
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

/** What tests of backups ask of a VM and an agent. */
abstract class BackupFixture extends AgentFixture<BackupDriver> {
  @Override
  protected final BackupDriver driverOf(TestAgent started) {
    return new BackupDriver(started);
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
