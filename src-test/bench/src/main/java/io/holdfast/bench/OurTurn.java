package io.holdfast.bench;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.bench.agent.AgentBackups;
import io.holdfast.bench.agent.AgentProcess;
import io.holdfast.bench.agent.AgentRestores;
import io.holdfast.bench.report.Results;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The agent's part of a round: a fresh agent process and a fresh pool. Not timed: start and warm-up
 * of the process, making the pool. Used by one thread.
 */
final class OurTurn implements AutoCloseable {
  static final String WARM = "warm";
  private static final int WARM_UPS = 10;
  private static final String OURS = "ours";
  private static final String RESTORED = "restored";

  private final Workspace workspace;
  private final Results results;
  private final Path vms;
  private final AgentProcess agent;
  private final AgentBackups backups;
  private final AgentRestores restores;
  private PoolAccess pool;
  private RestorePointSummary newest;
  private RestorePointSummary first;

  OurTurn(BenchOptions options, Workspace workspace, Results results, Path vms) {
    this.workspace = workspace;
    this.results = results;
    this.vms = vms;
    this.agent = AgentProcess.start(workspace, vms, options.agentJavaOptions());
    this.backups = new AgentBackups(agent, options.streams());
    this.restores = new AgentRestores(agent, options.streams());
    if (!options.cold()) {
      warmUp();
    }
    clear();
  }

  /** An agent runs for weeks: what it compiles in its first seconds is not a backup's time. */
  private void warmUp() {
    for (int i = 0; i < WARM_UPS; i++) {
      PoolAccess scratch = backups.createPool(workspace.fresh("pool"));
      backups.fullInSmallSpans(scratch, WARM);
      RestorePointSummary point = backups.fullInSmallSpans(scratch, WARM); // finds all chunks there
      RestoreRequest request = restores.restore(scratch, point, RESTORED);
      restores.readBack(request);
      restores.end(request);
      backups.verify(scratch);
      Workspace.delete(vms.resolve(RESTORED));
    }
  }

  /** Begins with an empty pool. */
  void clear() {
    Path folder = workspace.fresh("pool");
    pool = backups.createPool(folder);
    first = null;
  }

  /** A full backup, every byte of the disk read. */
  void backUp(String operation, String vm) {
    newest = timed(operation, () -> backups.full(pool, vm));
    if (first == null) {
      first = newest;
    }
    results.stored(operation, OURS, Workspace.bytes(workspace.path("pool")));
  }

  /** Restores the first point to a new VM and compares every byte with the image. */
  void restore(Path image) {
    RestoreRequest request = timed("restore", () -> restores.restore(pool, first, RESTORED));
    timed(
        "restore_read_back",
        () -> {
          restores.readBack(request);
          return request;
        });
    restores.end(request);
    Path restored = vms.resolve(RESTORED);
    new Shell(workspace.path("."), Map.of())
        .run("cmp", image.toString(), restored.resolve("vda.raw").toString());
    results.fact("restored_equal", true);
    Workspace.delete(restored);
  }

  /** The same full backup into an encrypted pool, which goes at once. */
  void backUpEncrypted(String operation, String vm) {
    Path folder = workspace.fresh("pool-encrypted");
    PoolAccess encrypted = backups.createEncryptedPool(folder);
    timed(operation, () -> backups.full(encrypted, vm));
    results.stored(operation, OURS, Workspace.bytes(folder));
    Workspace.delete(folder);
  }

  /** The same full backup compressed by zstd 3, into a pool that goes at once. */
  void backUpByZstd(String operation, String vm) {
    Path folder = workspace.fresh("pool-zstd");
    PoolAccess scratch = backups.createPool(folder);
    timed(operation, () -> backups.fullByZstd(scratch, vm));
    results.stored(operation, OURS, Workspace.bytes(folder));
    Workspace.delete(folder);
  }

  /** Verifies the whole pool. */
  void verify() {
    timed("verify", () -> backups.verify(pool));
  }

  private <T> T timed(String operation, Supplier<T> work) {
    double cpu = agent.cpuSeconds();
    long begun = System.nanoTime();
    T result = work.get();
    double seconds = (System.nanoTime() - begun) / 1e9;
    results.add(operation, OURS, seconds, agent.cpuSeconds() - cpu);
    Bench.say("  %-10s %8.2f s", OURS, seconds);
    return result;
  }

  long peakResidentMib() {
    return agent.peakResidentMib();
  }

  @Override
  public void close() {
    agent.close();
  }
}
