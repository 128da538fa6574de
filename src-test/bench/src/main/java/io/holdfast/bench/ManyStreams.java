package io.holdfast.bench;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.bench.agent.AgentBackups;
import io.holdfast.bench.agent.AgentProcess;
import io.holdfast.bench.image.DiskImages;
import io.holdfast.bench.report.Results;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an agent has resident at most while it backs up {@value #DISKS} incompressible disks in
 * {@value #STREAMS} streams each, all at the same time.
 */
final class ManyStreams {
  private static final String VM = "wide";
  private static final int DISKS = 4;
  private static final int STREAMS = 2;
  private static final int SHARE = 32;

  private final BenchOptions options;
  private final Workspace workspace;
  private final Results results;

  ManyStreams(BenchOptions options, Workspace workspace, Results results) {
    this.options = options;
    this.workspace = workspace;
    this.results = results;
  }

  void run(Path vms) {
    Bench.say("memory with %d disks in %d streams each", DISKS, STREAMS);
    try {
      Files.createDirectories(vms.resolve(VM));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    for (int i = 0; i < DISKS; i++) {
      new DiskImages(workspace, options.seed() + 10 + i)
          .incompressible(
              vms.resolve(VM).resolve("vd" + (char) ('a' + i) + ".raw"),
              options.sizeBytes() / SHARE);
    }
    try (AgentProcess agent = AgentProcess.start(workspace, vms, options.agentJavaOptions())) {
      AgentBackups backups = new AgentBackups(agent, STREAMS);
      PoolAccess pool = backups.createPool(workspace.fresh("pool"));
      long begun = System.nanoTime();
      backups.full(pool, VM);
      results.add("full_4x2", "ours", (System.nanoTime() - begun) / 1e9, agent.cpuSeconds());
      results.fact("agent_peak_resident_4x2_mib", agent.peakResidentMib());
    }
    Workspace.delete(vms.resolve(VM));
    Workspace.delete(workspace.path("pool"));
  }
}
