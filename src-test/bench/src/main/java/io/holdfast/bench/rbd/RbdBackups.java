package io.holdfast.bench.rbd;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.bench.Workspace;
import io.holdfast.bench.agent.AgentBackups;
import io.holdfast.bench.agent.AgentProcess;
import io.holdfast.bench.agent.RbdDiskFile;
import io.holdfast.bench.image.DiskImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whole backups of an image into new dedup pools by an agent that is warm, as one is after weeks.
 * Used by one thread.
 */
final class RbdBackups implements AutoCloseable {
  private static final String VM = "cloud";
  private static final String WARM = "warm";
  private static final int WARM_UPS = 40;
  private static final long WARM_BYTES = 256L << 20;
  private static final int STREAMS = 2;

  private final Workspace workspace;
  private final AgentProcess agent;
  private final AgentBackups backups;

  RbdBackups(Workspace workspace, RbdDiskFile disk, List<String> agentJavaOptions) {
    this.workspace = workspace;
    Path vms = workspace.fresh("vms");
    disk.write(vms.resolve(VM));
    warmImage(vms.resolve(WARM));
    agent = AgentProcess.start(workspace, vms, agentJavaOptions);
    backups = new AgentBackups(agent, STREAMS);
    for (int i = 0; i < WARM_UPS; i++) {
      backups.fullInSmallSpans(pool(), WARM);
    }
  }

  private void warmImage(Path vm) {
    try {
      Files.createDirectories(vm);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    new DiskImages(workspace, 1).incompressible(vm.resolve("vda.raw"), WARM_BYTES);
  }

  /** A new pool in place of the last one. */
  PoolAccess pool() {
    return backups.createPool(workspace.fresh("pool"));
  }

  /** A full backup, every byte of the image read. */
  void full(PoolAccess pool) {
    backups.full(pool, VM);
  }

  @Override
  public void close() {
    agent.close();
  }
}
