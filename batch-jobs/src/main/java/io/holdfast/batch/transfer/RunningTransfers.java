package io.holdfast.batch.transfer;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the partitions of a task tell each other in this process: which disks have their turn
 * (OPT-05), and that one of them failed or the task is to stop. Lost with the process, and made
 * anew with it. Thread-safe.
 */
@ApplicationScoped
public class RunningTransfers {
  private final Map<UUID, Transfer> transfers = new ConcurrentHashMap<>();

  /** Begins a transfer with nothing halted. */
  public void begin(UUID taskId, int disksAtOnce) {
    transfers.put(taskId, new Transfer(disksAtOnce));
  }

  /** Forgets a transfer. */
  public void end(UUID taskId) {
    transfers.remove(taskId);
  }

  /** A partition has failed: its siblings end at their next extent. */
  void failed(UUID taskId) {
    with(taskId, transfer -> transfer.failed = true);
  }

  /** The task is to stop: its partitions end at their next extent. */
  public void stop(UUID taskId) {
    with(taskId, transfer -> transfer.stopped = true);
  }

  boolean hasFailed(UUID taskId) {
    Transfer transfer = transfers.get(taskId);
    return transfer != null && transfer.failed;
  }

  /** Whether the task is to stop. */
  public boolean isStopped(UUID taskId) {
    Transfer transfer = transfers.get(taskId);
    return transfer != null && transfer.stopped;
  }

  /** Gives a disk its turn for one more of its streams; false while other disks have theirs. */
  boolean takeTurn(UUID taskId, int diskNo) {
    Transfer transfer = transfers.get(taskId);
    return transfer == null || transfer.takeTurn(diskNo);
  }

  /** One of the disk's streams is through. */
  void giveTurn(UUID taskId, int diskNo) {
    Transfer transfer = transfers.get(taskId);
    if (transfer != null) {
      transfer.giveTurn(diskNo);
    }
  }

  private void with(UUID taskId, Consumer<Transfer> change) {
    Transfer transfer = transfers.get(taskId);
    if (transfer != null) {
      change.accept(transfer);
    }
  }

  private static final class Transfer {
    private final int disksAtOnce;
    private final Map<Integer, Integer> streamsOfDisk = new HashMap<>();
    private volatile boolean failed;
    private volatile boolean stopped;

    Transfer(int disksAtOnce) {
      this.disksAtOnce = disksAtOnce;
    }

    synchronized boolean takeTurn(int diskNo) {
      if (!streamsOfDisk.containsKey(diskNo) && streamsOfDisk.size() >= disksAtOnce) {
        return false;
      }
      streamsOfDisk.merge(diskNo, 1, Integer::sum);
      return true;
    }

    synchronized void giveTurn(int diskNo) {
      streamsOfDisk.computeIfPresent(diskNo, (disk, streams) -> streams > 1 ? streams - 1 : null);
    }
  }
}
