package io.holdfast.bench;

import io.holdfast.bench.gc.GcBench;
import io.holdfast.bench.index.IndexBench;
import io.holdfast.bench.rbd.RbdBench;
import io.holdfast.bench.report.Report;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code holdfast bench}: makes disk images, backs them up, restores and verifies them with the
 * agent and with its peers, and tells what each took.
 */
@Command(
    name = "bench",
    description = "Measure the agent and its peers on the same images in the same run.",
    subcommands = {ThrottleBench.class, GcBench.class, IndexBench.class, RbdBench.class},
    mixinStandardHelpOptions = true)
public final class BenchMain implements Callable<Integer> {
  @Mixin private BenchOptions options;

  private BenchMain() {}

  /** Runs; the last line of standard output is {@code BENCH {…}}. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** As {@link #main}, with the exit code as its result. */
  static int run(String... arguments) {
    return new CommandLine(new BenchMain())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              failure.printStackTrace(line.getErr());
              return 1;
            })
        .execute(arguments);
  }

  /** For the agent's JVM: the launcher gives the product's. */
  public List<String> agentJavaOptions() {
    return options.agentJavaOptions();
  }

  /**
   * A folder for a run.
   *
   * @param neededBytes that must be free
   */
  public Workspace workspace(long neededBytes) {
    return Workspace.in(options.folder(), neededBytes);
  }

  @Override
  public Integer call() {
    try (Workspace workspace = Workspace.in(options.folder(), options.neededBytes())) {
      new Report(new Bench(options, workspace).run()).print(System.out);
    }
    return 0;
  }
}
