package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import jakarta.batch.api.chunk.ItemProcessor;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands extents to the agent and keeps a few in flight, so that the agent never waits for the
 * server. The agent's memory is bounded by this times the transfer size. One instance a partition;
 * touches no database.
 */
@Dependent
@Named("extentTransferProcessor")
public class ExtentTransferProcessor extends StreamArtifact implements ItemProcessor {
  @Inject private PartitionFailures failures;

  private final Deque<PendingExtent> underWay = new ArrayDeque<>();

  /** Sends an extent, when need be after the oldest one has arrived. */
  @Override
  public Object processItem(Object item) {
    ExtentItem extent = (ExtentItem) item;
    if (extent.isWait()) {
      return null;
    }
    try {
      if (underWay.size() >= IN_FLIGHT) {
        Receipt unused = underWay.remove().await(patience());
      }
      PendingExtent pending = new PendingExtent(extent, channel().transfer(stream(), extent));
      underWay.add(pending);
      return pending;
    } catch (BackupException failure) {
      throw failures.noted(stream().taskId(), failure);
    }
  }
}
