package io.holdfast.toolkit;

import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.RbdImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Ceph cluster on loopback, started by {@code ear/bin/ceph-bed}: one for the whole JVM, gone
 * when the JVM is gone. Tests keep apart by the names of their images. Thread-safe.
 */
public final class CephBed {
  /** The pool that is ready. */
  public static final String POOL = "rbd";

  private static final int SECONDS = 180;
  private static final Pattern DATA = Pattern.compile("\"length\":(\\d+),\"exists\":\"true\"");

  /** Guarded by the class. */
  private static CephBed started;

  private final Path script;
  private final Path folder;

  private CephBed(Path script, Path folder) {
    this.script = script;
    this.folder = folder;
  }

  /**
   * The JVM's cluster, started by the first who asks. Where Ceph is missing and cannot be installed
   * the test is skipped and says what is missing.
   */
  public static synchronized CephBed shared() {
    if (started == null) {
      Path bin = Checkout.launchers();
      requireInstalled(bin);
      try {
        Path folder = Files.createTempDirectory("holdfast-ceph");
        CephBed bed = new CephBed(bin.resolve("ceph-bed"), folder);
        bed.control("start", "--with-pid", String.valueOf(ProcessHandle.current().pid()));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> bed.control("remove")));
        started = bed;
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return started;
  }

  private static void requireInstalled(Path bin) {
    if (isInstalled()) {
      return;
    }
    String told;
    try {
      told = run(List.of(bin.resolve("holdfast").toString(), "setup", "ceph"), null, 600);
    } catch (IllegalStateException cannot) {
      told = cannot.getMessage();
    }
    Assumptions.assumeTrue(
        isInstalled(), "Ceph is not installed and could not be installed here: " + told);
  }

  private static boolean isInstalled() {
    List<String> path = Arrays.asList(System.getenv("PATH").split(":", -1));
    return List.of("ceph-mon", "ceph-osd", "ceph", "rbd").stream()
        .allMatch(
            program -> path.stream().anyMatch(part -> Files.isExecutable(Path.of(part, program))));
  }

  /** The cluster's configuration file, which names the administrator's keyring. */
  public Path configuration() {
    return folder.resolve("ceph.conf");
  }

  /** As client.admin, with time-outs short enough for a test. */
  public CephAccess admin() {
    return access("admin", Optional.empty(), Duration.ofSeconds(30));
  }

  /** As another client or with other time-outs. */
  public CephAccess access(String clientId, Optional<Path> keyring, Duration timeout) {
    return new CephAccess(clientId, configuration(), keyring, timeout, timeout);
  }

  /** An image of the ready pool; the snapshot may be empty. */
  public RbdImage image(String name, String snapshot) {
    return new RbdImage(admin(), POOL, name, snapshot);
  }

  /** Makes a client with capabilities for monitor and OSDs; returns its keyring. */
  public Path client(String id, String monitor, String osd) {
    Path keyring = folder.resolve("keyring." + id);
    ceph(
        "auth",
        "get-or-create",
        "client." + id,
        "mon",
        monitor,
        "osd",
        osd,
        "-o",
        keyring.toString());
    return keyring;
  }

  /** Runs {@code rbd}; returns its standard output. */
  public String rbd(String... arguments) {
    return command("rbd", arguments);
  }

  /** Runs {@code ceph}; returns its standard output. */
  public String ceph(String... arguments) {
    return command("ceph", arguments);
  }

  /** Exports an image to nowhere, as fast as {@code rbd} can. */
  public void exported(String image) {
    String script = "set -o pipefail; rbd export --no-progress \"$1\" - | cat >/dev/null";
    run(List.of("bash", "-c", script, "bash", image), configuration(), SECONDS);
  }

  /** How many bytes {@code rbd diff} calls data that differs since a snapshot. */
  public long differingBytes(String imageAtSnapshot, String since) {
    Matcher data =
        DATA.matcher(rbd("diff", "--format", "json", "--from-snap", since, imageAtSnapshot));
    long bytes = 0;
    while (data.find()) {
      bytes += Long.parseLong(data.group(1));
    }
    return bytes;
  }

  private String command(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program, "-c", configuration().toString()));
    command.addAll(List.of(arguments));
    return run(command, configuration(), SECONDS);
  }

  /** Starts, stops or kills a part: "kill-osd", "start-mon"… as {@code ceph-bed} has them. */
  public void control(String... arguments) {
    List<String> command = new ArrayList<>(List.of(script.toString(), folder.toString()));
    command.addAll(List.of(arguments));
    run(command, null, SECONDS);
  }

  private static String run(List<String> command, Path configuration, int seconds) {
    try {
      Path errors = Files.createTempFile("ceph-bed", ".err");
      Path output = Files.createTempFile("ceph-bed", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectError(errors.toFile())
              .redirectOutput(output.toFile());
      if (configuration != null) {
        builder.environment().put("CEPH_CONF", configuration.toString());
      }
      Process process = builder.start();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      String told = Files.readString(errors, StandardCharsets.UTF_8);
      String result = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(errors);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            String.join(" ", command) + (ended ? " failed: " : " hangs: ") + told + result);
      }
      return result;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
