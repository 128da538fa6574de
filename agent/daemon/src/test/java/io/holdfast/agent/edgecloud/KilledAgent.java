package io.holdfast.agent.edgecloud;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.testing.TestAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * An agent in a process of its own that begins a backup, to be killed with no chance to tidy up.
 */
final class KilledAgent {
  private static final String REQUEST = "request";

  private KilledAgent() {}

  /** Arguments: the agent's folder, which has the request in it, and its pool's id. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    BackupRequest request = BackupRequest.parseFrom(Files.readAllBytes(folder.resolve(REQUEST)));
    try (TestAgent agent =
        TestAgent.of(EdgeCloudGuestTest.site(folder), UUID.fromString(arguments[1]))) {
      agent.backups().beginBackup(request);
    }
  }

  /** Starts it. */
  static Process start(Path folder, UUID pool, BackupRequest request) throws IOException {
    Files.write(Files.createDirectories(folder).resolve(REQUEST), request.toByteArray());
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledAgent.class.getName(),
                folder.toString(),
                pool.toString()))
        .inheritIO()
        .start();
  }
}
