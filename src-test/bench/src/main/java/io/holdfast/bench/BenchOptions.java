package io.holdfast.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is asked for. */
final class BenchOptions {
  @Option(
      names = "--folder",
      description = "Where images and repositories lie while it runs (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--size-mib",
      description = "Size of the file system image (default: ${DEFAULT-VALUE}).")
  private int sizeMib = 8192;

  @Option(
      names = "--sparse-mib",
      description = "Size of the sparse disk for changed blocks (default: ${DEFAULT-VALUE}).")
  private int sparseMib = 102400;

  @Option(names = "--rounds", description = "Medians are told (default: ${DEFAULT-VALUE}).")
  private int rounds = 1;

  @Option(names = "--streams", description = "Streams per disk (default: ${DEFAULT-VALUE}).")
  private int streams = 2;

  @Option(names = "--seed", description = "Of everything that is made (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--cold", description = "Do not warm the agent's process up.")
  private boolean cold;

  @Option(names = "--ours-only", description = "Leave the peers out.")
  private boolean oursOnly;

  @Option(
      names = "--only",
      split = ",",
      description =
          "Of: full, again, changed, restore, verify, encrypted, zstd, incompressible,"
              + " memory, cbt, ceiling, net"
              + " (default: all; full is always done).")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--agent-java-option",
      description = "For the agent's JVM; may be repeated. The launcher gives the product's.")
  private List<String> agentJavaOptions = new ArrayList<>();

  Path folder() {
    return folder.toAbsolutePath().normalize();
  }

  long sizeBytes() {
    return (long) sizeMib << 20;
  }

  long sparseBytes() {
    return (long) sparseMib << 20;
  }

  int rounds() {
    return rounds;
  }

  int streams() {
    return streams;
  }

  long seed() {
    return seed;
  }

  boolean peers() {
    return !oursOnly;
  }

  boolean cold() {
    return cold;
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }

  List<String> agentJavaOptions() {
    return List.copyOf(agentJavaOptions);
  }

  /** Images, the copy, repositories of all, one restored disk: as far as they lie side by side. */
  long neededBytes() {
    double images = 0.8 + 0.8 + 0.25;
    double repositories = peers() ? 0.6 * 3 + 0.8 + 0.25 : 0.8;
    double restored = 0.8;
    long sparse = wants("cbt") ? sparseBytes() / 25 : 0;
    return (long) (sizeBytes() * (images + repositories + restored)) + sparse;
  }
}
