package io.holdfast.agent.edgecloud;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * An agent that does half of a session, says HALFWAY and waits to be killed. Arguments: folder,
 * pool, "backup" or "restore", file of the request.
 */
final class EdgeCloudVictim {
  private EdgeCloudVictim() {}

  public static void main(String[] arguments) throws Exception {
    TestAgent agent = EdgeCloudBed.agent(Path.of(arguments[0]), UUID.fromString(arguments[1]));
    byte[] request = Files.readAllBytes(Path.of(arguments[3]));
    if (arguments[2].equals("backup")) {
      BackupRequest asked = BackupRequest.parseFrom(request);
      BackupBegun begun = agent.backups().beginBackup(asked);
      new BackupDriver(agent).transfer(asked, begun.getStreams(0), 4);
    } else {
      RestoreRequest asked = RestoreRequest.parseFrom(request);
      RestoreTarget target = agent.restores().createTarget(asked);
      new RestoreDriver(agent).transfer(asked, target.getStreams(0), 0, 2);
    }
    System.out.println("HALFWAY");
    TimeUnit.HOURS.sleep(1);
  }
}
