package io.holdfast.simulator.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short program to its end. */
public final class Command {
  private static final long TIMEOUT_MINUTES = 10;

  private Command() {}

  /** Returns standard output; a non-zero end is an IOException with the program's own words. */
  public static String run(List<String> arguments) throws IOException {
    return run(null, arguments);
  }

  /** The same in a working folder. */
  public static String run(Path folder, List<String> arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(arguments);
    if (folder != null) {
      builder.directory(folder.toFile());
    }
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      // These programs say little on standard error: its pipe never fills while standard output is
      // read.
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(arguments.get(0) + " does not end");
      }
      if (process.exitValue() != 0) {
        throw new IOException(arguments.get(0) + ": " + errors.strip());
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new IOException("interrupted", e);
    }
  }
}
