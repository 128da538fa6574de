package io.holdfast.bench;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.bench.agent.AgentBackups;
import io.holdfast.bench.agent.AgentRestores;
import io.holdfast.bench.agent.NetworkAgents;
import io.holdfast.bench.report.Results;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The same as {@link OurTurn} with a storage agent of its own over mTLS: two processes on the same
 * processors. Not timed: start and warm-up of both, making the pool. Used by one thread.
 */
final class NetworkTurn implements AutoCloseable {
  private static final String OURS = "ours";
  private static final String RESTORED = "restored-net";
  private static final String POOL = "pool-net";
  private static final int WARM_UPS = 16;

  private final Workspace workspace;
  private final Results results;
  private final Path vms;
  private final NetworkAgents agents;
  private final AgentBackups stored;
  private final AgentBackups backups;
  private final AgentRestores restores;

  NetworkTurn(BenchOptions options, Workspace workspace, Results results, Path vms) {
    this.workspace = workspace;
    this.results = results;
    this.vms = vms;
    this.agents = new NetworkAgents(workspace, vms, options.agentJavaOptions());
    this.stored = new AgentBackups(agents.store(), options.streams());
    this.backups = new AgentBackups(agents.host(), options.streams(), agents::route);
    this.restores = new AgentRestores(agents.host(), options.streams(), agents::route);
    if (!options.cold()) {
      // Two processes have more to compile than one, and see only a part of the work each.
      for (int i = 0; i < WARM_UPS; i++) {
        warmUp();
      }
    }
  }

  private void warmUp() {
    PoolAccess scratch = stored.createPool(workspace.fresh(POOL));
    backups.fullInSmallSpans(scratch, OurTurn.WARM);
    RestorePointSummary point = backups.fullInSmallSpans(scratch, OurTurn.WARM);
    restores.end(restores.restore(scratch, point, RESTORED));
    Workspace.delete(vms.resolve(RESTORED));
  }

  /** A full backup, the same again, a restore that is compared with the image. */
  void run(String vm, Path image, Runnable settle) {
    PoolAccess pool = stored.createPool(workspace.fresh(POOL));
    settle.run();
    RestorePointSummary point = timed("full_net", () -> backups.full(pool, vm));
    results.stored("full_net", OURS, Workspace.bytes(workspace.path(POOL)));
    settle.run();
    timed("again_net", () -> backups.full(pool, vm));
    settle.run();
    RestoreRequest request = timed("restore_net", () -> restores.restore(pool, point, RESTORED));
    restores.end(request);
    Path restored = vms.resolve(RESTORED);
    new Shell(workspace.path("."), Map.of())
        .run("cmp", image.toString(), restored.resolve("vda.raw").toString());
    Workspace.delete(restored);
    results.fact("net_host_peak_resident_mib", agents.host().peakResidentMib());
    results.fact("net_store_peak_resident_mib", agents.store().peakResidentMib());
    Workspace.delete(workspace.path(POOL));
  }

  private <T> T timed(String operation, Supplier<T> work) {
    double cpu = agents.cpuSeconds();
    long begun = System.nanoTime();
    T result = work.get();
    double seconds = (System.nanoTime() - begun) / 1e9;
    results.add(operation, OURS, seconds, agents.cpuSeconds() - cpu);
    Bench.say("  %-11s %8.2f s", operation, seconds);
    return result;
  }

  @Override
  public void close() {
    agents.close();
  }
}
