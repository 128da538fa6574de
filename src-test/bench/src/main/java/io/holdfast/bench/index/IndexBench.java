package io.holdfast.bench.index;

import io.holdfast.bench.Workspace;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.index.ChunkIndex;
import io.holdfast.pool.medium.KeyTable.TableException;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.pack.PackEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.LongFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code holdfast bench index}: enters chunks pack by pack as sealed backups do, opens the index
 * again, and looks up chunks that are there and chunks that are not, in the batches in which a
 * backup asks. Ids are uniform, so every lookup goes to a random place: the worst case, for a
 * backup's neighbours are found without the index.
 */
@Command(
    name = "index",
    description = "Measure a dedup pool's index: entering, lookups, memory, size.",
    mixinStandardHelpOptions = true)
public final class IndexBench implements Callable<Integer> {
  private static final int PACK_CHUNKS = 100;
  private static final int BATCH = 64;
  private static final int RECORD_BYTES = 640 << 10;
  private static final double TEN_TO_THE_NINTH = 1e9;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--entries", description = "Chunks in the index (default: ${DEFAULT-VALUE}).")
  private long entries = 100_000_000;

  @Option(names = "--lookups", description = "Of each kind (default: ${DEFAULT-VALUE}).")
  private int lookups = 500_000;

  @Option(
      names = "--folder",
      description = "Where the index lies while it runs (default: ${DEFAULT-VALUE}).")
  private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

  /** What something took. */
  private record Took(double seconds, double cpuSeconds) {}

  private interface Step {
    void run() throws TableException;
  }

  @Override
  public Integer call() throws TableException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (Workspace workspace = Workspace.in(folder.toAbsolutePath(), entries * 80)) {
      Path table = workspace.fresh("index");
      Took built = took(() -> build(table, out));
      out.printf(Locale.ROOT, "entered %d in %s%n", entries, text(built));
      out.flush();
      report(table, built, out);
    }
    return 0;
  }

  private void report(Path table, Took built, PrintWriter out) throws TableException, IOException {
    Random random = new Random(2);
    try (ChunkIndex index = new ChunkIndex(new LocalFiles(table).openTable(table))) {
      Took present = took(() -> look(index, i -> id(nextBelow(random, entries)), true));
      Took absent = took(() -> look(index, i -> id(entries + i), false));
      long bytes = Workspace.bytes(table);
      out.printf(Locale.ROOT, "looked up %d present in %s%n", lookups, text(present));
      out.printf(Locale.ROOT, "looked up %d absent in %s%n", lookups, text(absent));
      double factor = TEN_TO_THE_NINTH / entries;
      out.printf(
          Locale.ROOT,
          "at 10^9 entries, in proportion: %.0f GB on disk, built in %.1f h (more, for compactions"
              + " gain a level)%n",
          bytes * factor / 1e9,
          built.seconds() * factor / 3600);
      out.printf(
          Locale.ROOT,
          "BENCH {\"index_entries\":%d,\"index_build_seconds\":%.1f,\"index_build_cpu_seconds\":"
              + "%.1f,\"index_present_per_second\":%.0f,\"index_absent_per_second\":%.0f,"
              + "\"index_present_per_cpu_second\":%.0f,\"index_absent_per_cpu_second\":%.0f,"
              + "\"index_disk_bytes\":%d,\"index_peak_resident_mib\":%d}%n",
          entries,
          built.seconds(),
          built.cpuSeconds(),
          lookups / present.seconds(),
          lookups / absent.seconds(),
          lookups / present.cpuSeconds(),
          lookups / absent.cpuSeconds(),
          bytes,
          peakResidentMib());
    }
  }

  private void build(Path table, PrintWriter out) throws TableException {
    try (ChunkIndex index = new ChunkIndex(new LocalFiles(table).openTable(table))) {
      long tenth = Math.max(PACK_CHUNKS, entries / 10);
      for (long first = 0; first < entries; first += PACK_CHUNKS) {
        index.enter(new UUID(first, ~first), pack(first));
        if (first / tenth != (first + PACK_CHUNKS) / tenth) {
          out.printf("  %d entered%n", first + PACK_CHUNKS);
          out.flush();
        }
      }
    }
  }

  private List<PackEntry> pack(long first) {
    List<PackEntry> result = new ArrayList<>(PACK_CHUNKS);
    for (int i = 0; i < PACK_CHUNKS && first + i < entries; i++) {
      ChunkRecord record = new ChunkRecord(0, 0, 0, 1 << 20, RECORD_BYTES, id(first + i), 0);
      result.add(new PackEntry((long) i * RECORD_BYTES, record));
    }
    return result;
  }

  private void look(ChunkIndex index, LongFunction<ChunkId> ids, boolean present)
      throws TableException {
    for (int done = 0; done < lookups; done += BATCH) {
      List<ChunkId> batch = new ArrayList<>(BATCH);
      for (int i = 0; i < BATCH; i++) {
        batch.add(ids.apply(done + i));
      }
      long found = index.hints(batch).stream().filter(hint -> hint.isPresent()).count();
      if (found != (present ? BATCH : 0)) {
        throw new IllegalStateException(found + " of " + BATCH + " chunks found");
      }
    }
  }

  private static long nextBelow(Random random, long bound) {
    return Math.floorMod(random.nextLong(), bound);
  }

  /** As even as digests are: SplitMix64 of the number. */
  private static ChunkId id(long number) {
    return new ChunkId(mixed(2 * number), mixed(2 * number + 1), number, ~number);
  }

  private static long mixed(long seed) {
    long z = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static Took took(Step step) throws TableException {
    double cpu = cpuSeconds();
    long begun = System.nanoTime();
    step.run();
    return new Took((System.nanoTime() - begun) / 1e9, cpuSeconds() - cpu);
  }

  private static String text(Took took) {
    return String.format(Locale.ROOT, "%.1f s (%.1f cpu)", took.seconds(), took.cpuSeconds());
  }

  /** Of the whole process: compactions run on threads of RocksDB. */
  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(used -> used.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private static long peakResidentMib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElse(-1);
  }
}
