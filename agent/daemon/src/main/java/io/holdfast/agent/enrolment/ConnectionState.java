package io.holdfast.agent.enrolment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last contact with the server, kept for the {@code status} command. Not synced: it says
 * nothing that matters after a crash.
 */
final class ConnectionState {
  static final String FILE = "connection.txt";
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionState.class);

  private ConnectionState() {}

  static void write(StateFolder state, Instant at, String failure) {
    Path file = state.path().resolve(FILE);
    Path beside = state.path().resolve(FILE + ".new");
    String text = at + (failure.isEmpty() ? " connected" : " " + failure) + "\n";
    try {
      Files.write(beside, text.getBytes(StandardCharsets.UTF_8));
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      LOG.warn("Cannot write {}: {}", file, failed.getMessage());
    }
  }
}
