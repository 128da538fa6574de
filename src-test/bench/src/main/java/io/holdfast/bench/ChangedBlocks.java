package io.holdfast.bench;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.bench.agent.AgentBackups;
import io.holdfast.bench.agent.AgentProcess;
import io.holdfast.bench.image.DiskImages;
import io.holdfast.bench.report.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Backups by changed blocks of a large sparse disk: a first one of what is allocated (1 %), one
 * with nothing changed, one with 1 % changed. Ours only: the peers cannot be told what changed.
 */
final class ChangedBlocks {
  private static final String VM = "sparse";
  private static final String OURS = "ours";
  private static final int SHARE = 100;

  private final BenchOptions options;
  private final Workspace workspace;
  private final DiskImages images;
  private final Results results;

  ChangedBlocks(BenchOptions options, Workspace workspace, DiskImages images, Results results) {
    this.options = options;
    this.workspace = workspace;
    this.images = images;
    this.results = results;
  }

  void run(Path vms) {
    Bench.say("changed blocks of a sparse disk");
    Path disk;
    try {
      disk = Files.createDirectories(vms.resolve(VM)).resolve("vda.raw");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    long bytes = options.sparseBytes();
    images.sparse(disk, bytes);
    DiskImages.list(disk, "allocated", images.change(disk, bytes / SHARE));
    try (AgentProcess agent = AgentProcess.start(workspace, vms, options.agentJavaOptions())) {
      AgentBackups backups = new AgentBackups(agent, options.streams());
      PoolAccess pool = backups.createPool(workspace.fresh("pool"));
      RestorePointSummary full = backups.fullOfAllocated(pool, VM);
      DiskImages.list(disk, "changed", List.of());
      measure("cbt_nothing", agent, () -> backups.incremental(pool, VM, full.getRestorePointId()));
      DiskImages.list(
          disk,
          "changed",
          new DiskImages(workspace, options.seed() + 1).change(disk, bytes / SHARE));
      measure("cbt_changed", agent, () -> backups.incremental(pool, VM, full.getRestorePointId()));
      results.fact("cbt_disk_bytes", bytes);
      results.fact("cbt_changed_bytes", bytes / SHARE);
    }
    Workspace.delete(vms.resolve(VM));
    Workspace.delete(workspace.path("pool"));
  }

  private void measure(String operation, AgentProcess agent, Runnable work) {
    double cpu = agent.cpuSeconds();
    long begun = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - begun) / 1e9;
    results.add(operation, OURS, seconds, agent.cpuSeconds() - cpu);
    Bench.say("  %-12s %8.2f s", operation, seconds);
  }
}
