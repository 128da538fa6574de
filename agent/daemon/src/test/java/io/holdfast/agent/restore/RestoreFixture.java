package io.holdfast.agent.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.CountingTransport;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A platform with one VM, an agent of its own, and what tests of restores ask of them. */
abstract class RestoreFixture {
  static final int MIB = 1 << 20;

  final UUID poolId = UUID.randomUUID();
  final CountingTransport transport = new CountingTransport();
  final Seed seed = Seed.ofRun();
  Path folder;
  TestPlatform platform;
  TestVm vm;
  TestAgent agent;
  RestoreDriver driver;

  @BeforeEach
  final void startAgent(@TempDir Path temp) {
    folder = temp;
    platform = new TestPlatform(temp);
    vm = platform.addVm("web 'ü' ../01");
    restart();
  }

  void restart() {
    if (agent != null) {
      agent.close();
    }
    agent = new TestAgent(folder, platform, transport, poolId);
    driver = new RestoreDriver(agent);
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

  RestorePointSummary backup() {
    BackupDriver backups = new BackupDriver(agent);
    return backups.run(backups.request(vm.id(), BackupType.FULL, "").build());
  }

  static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  boolean noSessionFiles() throws Exception {
    Path files = folder.resolve("state/restore");
    if (!Files.exists(files)) {
      return true;
    }
    try (Stream<Path> left = Files.list(files)) {
      return left.findAny().isEmpty();
    }
  }
}
