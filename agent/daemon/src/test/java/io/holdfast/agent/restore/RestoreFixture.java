package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.AgentFixture;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What tests of restores ask of a VM and an agent. */
abstract class RestoreFixture extends AgentFixture<RestoreDriver> {
  @Override
  protected final RestoreDriver driverOf(TestAgent started) {
    return new RestoreDriver(started);
  }

  RestorePointSummary backup() {
    BackupDriver backups = new BackupDriver(agent);
    return backups.run(backups.request(vm.id(), BackupType.FULL, "").build());
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
