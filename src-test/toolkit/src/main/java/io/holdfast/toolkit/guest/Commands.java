package io.holdfast.toolkit.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the system's programs in one folder. */
final class Commands {
  private static final long LIMIT_MINUTES = 5;

  private final Path folder;

  /**
   * @param folder where they run; must exist
   */
  Commands(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs a program to its end and gives what it said.
   *
   * @throws IOException with its words when it fails, is not there or does not end
   */
  String run(String... command) throws IOException {
    return runWithInput("", command);
  }

  /** As {@link #run}, with text for its standard input. */
  String runWithInput(String input, String... command) throws IOException {
    Path output = Files.createTempFile(folder, "command", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(found(command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      try (var in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said.strip());
      }
      return said;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Programs for administrators are not on everybody's path. */
  private static List<String> found(String... command) throws IOException {
    String path = System.getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin";
    for (String place : path.split(":")) {
      Path program = Path.of(place.isEmpty() ? "." : place, command[0]);
      if (Files.isExecutable(program)) {
        String[] whole = command.clone();
        whole[0] = program.toString();
        return Arrays.asList(whole);
      }
    }
    throw new IOException(
        command[0] + " is not on this machine; \"ear/bin/holdfast test\" as root installs it");
  }
}
