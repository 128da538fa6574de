package io.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs other programs and measures them. */
public final class Shell {
  private static final String TIMES = "holdfast-times ";

  private final Path folder;
  private final Map<String, String> environment;

  /**
   * @param folder they run in; also takes their output
   * @param environment added to ours
   */
  public Shell(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = Map.copyOf(environment);
  }

  /**
   * What a program took.
   *
   * @param seconds by the wall clock, start and end of the process included
   * @param cpuSeconds user and system, of the process and its children
   */
  public record Took(double seconds, double cpuSeconds) {}

  /** Whether a program can be found. */
  public static boolean has(String program) {
    for (String part : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(part, program))) {
        return true;
      }
    }
    return Files.isExecutable(Path.of("/usr/sbin", program));
  }

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException when it does not end with 0; its last words are in the message
   */
  public Took run(String... command) {
    List<String> timed = new ArrayList<>();
    String script =
        "PATH=$PATH:/usr/sbin; TIMEFORMAT='" + TIMES + "%R %U %S'; time \"$@\" </dev/null";
    timed.addAll(List.of("bash", "-c", script, "bash"));
    timed.addAll(List.of(command));
    try {
      Path output = Files.createTempFile(folder, "output", ".log");
      ProcessBuilder builder = new ProcessBuilder(timed);
      builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("LC_ALL", "C.UTF-8");
      int code = builder.start().waitFor();
      List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
      Files.delete(output);
      if (code != 0) {
        int from = Math.max(0, lines.size() - 8);
        throw new IllegalStateException(
            String.join(" ", command)
                + " ended with "
                + code
                + ":\n"
                + String.join("\n", lines.subList(from, lines.size())));
      }
      return took(lines);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static Took took(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      int at = lines.get(i).indexOf(TIMES);
      if (at >= 0) {
        String[] parts = lines.get(i).substring(at + TIMES.length()).split(" ", -1);
        return new Took(
            Double.parseDouble(parts[0]),
            Double.parseDouble(parts[1]) + Double.parseDouble(parts[2]));
      }
    }
    throw new IllegalStateException("no times in the output");
  }
}
