package io.holdfast.bench.gc;

import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * How long a garbage collection's mark takes and how much memory it needs (POOL-10): in one process
 * {@code generate} makes a pool of maps, manifests and packs that are directories and holes, in
 * another {@code mark} surveys it: {@code holdfast bench gc …}.
 */
@Command(
    name = "gc",
    description = "Measure the mark of a garbage collection over a made-up pool.",
    subcommands = {GcBench.Generate.class, GcBench.Mark.class})
public final class GcBench {
  private GcBench() {}

  /** Makes the pool. */
  @Command(name = "generate", description = "Make a pool of maps and empty packs.")
  static final class Generate implements Callable<Integer> {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "<new folder>")
    private Path folder;

    @Option(names = "--chunks", defaultValue = "10000000", description = "Distinct chunks.")
    private long chunks;

    @Option(names = "--restore-points", defaultValue = "1000", description = "Of all VMs.")
    private int restorePoints;

    @Option(names = "--per-vm", defaultValue = "10", description = "Restore points of a VM.")
    private int perVm;

    @Override
    public Integer call() throws IOException {
      long start = System.nanoTime();
      MadeUpPool pool = new MadeUpPool(folder, chunks, restorePoints / perVm);
      pool.make(perVm);
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "generated %d packs, %d chunks, %d restore points, %d map entries in %.1f s%n",
          pool.packs(),
          pool.chunks(),
          restorePoints,
          pool.entries(),
          (System.nanoTime() - start) / 1e9);
      return 0;
    }
  }

  /** Surveys it. */
  @Command(name = "mark", description = "Mark what is alive and say what it took.")
  static final class Mark implements Callable<Integer> {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Parameters(paramLabel = "<folder>")
    private Path folder;

    @Override
    public Integer call() throws IOException {
      try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
        pool.settings();
      }
      long residentBefore = residentBytes("VmRSS:");
      long start = System.nanoTime();
      GcReport report;
      try (Pool pool =
          FolderPool.open(new LocalFiles(folder), folder, Optional.empty(), Clock.systemUTC())) {
        report = pool.upkeep().surveyGarbage(GcSettings.DEFAULT, (phase, done) -> true);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long resident = residentBytes("VmHWM:");
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "BENCH {\"gc_packs\":%d,\"gc_live_chunks\":%d,\"gc_restore_points\":%d,"
              + "\"gc_mark_seconds\":%.2f,\"gc_resident_mib\":%d,\"gc_resident_grown_mib\":%d}%n",
          report.mark().packs(),
          report.mark().liveChunks(),
          report.restorePoints(),
          seconds,
          resident >> 20,
          (resident - residentBefore) >> 20);
      return 0;
    }

    private static long residentBytes(String field) throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    }
  }
}
