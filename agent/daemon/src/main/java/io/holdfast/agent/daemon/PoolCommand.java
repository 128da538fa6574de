package io.holdfast.agent.daemon;

import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.offline.Inspection;
import io.holdfast.pool.offline.RawRestore;
import io.holdfast.pool.offline.Upkeep;
import io.holdfast.pool.offline.Verification;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Work on a pool folder with nothing but this JAR: no server, no catalog, no state (POOL-01). */
@Command(
    name = "pool",
    description = "Inspect, verify, restore from or tidy a pool folder offline.")
final class PoolCommand implements Runnable {
  private static final int ALL_PERCENT = 100;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say inspect, verify, restore, prune or gc.");
  }

  /** Prints what the pool, or one restore point, holds. */
  @Command(description = "Print the pool's contents as JSON.")
  int inspect(
      @Parameters(paramLabel = "<pool folder>") Path folder,
      @Option(names = "--restore-point", paramLabel = "<id>") UUID restorePoint) {
    out()
        .println(
            restorePoint == null
                ? Inspection.pool(folder)
                : Inspection.restorePoint(folder, restorePoint));
    return 0;
  }

  /**
   * Re-reads everything, or a part under the pool's lease; exit code 1 when anything is damaged.
   */
  @Command(description = "Read and check every byte; print the result as JSON.")
  int verify(
      @Parameters(paramLabel = "<pool folder>") Path folder,
      @Option(
              names = "--older-than",
              paramLabel = "<days>",
              description = "Only packs not verified for so long; keeps the results in the pool.")
          Integer days,
      @Option(
              names = "--sample",
              paramLabel = "<percent>",
              description = "Only a part of the packs; keeps the results in the pool.")
          Integer percent) {
    VerifyReport report;
    if (days == null && percent == null) {
      report = Verification.run(folder, (checked, total) -> true);
    } else {
      VerifySelection selection =
          new VerifySelection(
              percent == null ? ALL_PERCENT : percent,
              Optional.ofNullable(days).map(Duration::ofDays));
      report = Upkeep.verify(folder, selection, (checked, total) -> true, Clock.systemUTC());
    }
    out().println(Verification.json(report));
    return report.clean() ? 0 : 1;
  }

  /** Prints what removing restore points would free. */
  @Command(description = "Say what removing restore points would free; removes nothing.")
  int prune(
      @Parameters(paramLabel = "<pool folder>") Path folder,
      @Option(names = "--restore-point", required = true, paramLabel = "<id>")
          List<UUID> restorePoints,
      @Option(
              names = "--dry-run",
              required = true,
              description = "Removing itself is the server's, which knows what is needed.")
          boolean dryRun) {
    out().println(Upkeep.prunePreview(folder, Set.copyOf(restorePoints)));
    return dryRun ? 0 : 1;
  }

  /** Collects garbage under the pool's lease. */
  @Command(description = "Free what no restore point needs; print the result as JSON.")
  int gc(
      @Parameters(paramLabel = "<pool folder>") Path folder,
      @Option(names = "--dry-run", description = "Only say what there is to free.")
          boolean dryRun) {
    Clock clock = Clock.systemUTC();
    out().println(Upkeep.json(Upkeep.collectGarbage(folder, dryRun, GcSettings.DEFAULT, clock)));
    return 0;
  }

  /** Restores one disk into a raw image. */
  @Command(description = "Restore a disk into a new, sparse raw image.")
  int restore(
      @Parameters(paramLabel = "<pool folder>") Path folder,
      @Option(names = "--restore-point", required = true, paramLabel = "<id>") UUID restorePoint,
      @Option(names = "--disk", paramLabel = "<device or key>") String disk,
      @Option(names = "--to", required = true, paramLabel = "<file>") Path target) {
    String key = diskKey(folder, restorePoint, Optional.ofNullable(disk));
    RawRestore.Restored restored = RawRestore.run(folder, restorePoint, key, target, done -> {});
    out()
        .println(
            "Restored "
                + restored.sizeBytes()
                + " bytes into "
                + target
                + ", "
                + restored.writtenBytes()
                + " of them written");
    return 0;
  }

  /** The disk by key or device; the only one when none is named. */
  private static String diskKey(Path folder, UUID restorePoint, Optional<String> wanted) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty());
        RestorePointReader reader = pool.restorePoint(restorePoint)) {
      List<String> keys =
          RestorePoints.summary(reader.manifest()).getDisksList().stream()
              .map(RestorePointDisk::getDisk)
              .filter(
                  disk ->
                      wanted.isEmpty()
                          || disk.getDevice().equals(wanted.get())
                          || disk.getDiskKey().equals(wanted.get()))
              .map(disk -> disk.getDiskKey())
              .toList();
      if (keys.size() != 1) {
        throw BackupException.of(
            ErrorCode.NOT_FOUND, "what", "disk", "id", wanted.orElse("(name one)"));
      }
      return keys.get(0);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
