package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ReceiptWindow;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import io.holdfast.server.run.TransferLedger;
import jakarta.batch.api.chunk.ItemWriter;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Ends a window: waits for its receipts, has them made durable at the agent, and folds them into
 * the stream's position, in the window's transaction. Replaying a window changes nothing. One
 * instance a partition.
 */
@Dependent
@Named("extentReceiptWriter")
public class ExtentReceiptWriter extends StreamArtifact implements ItemWriter {
  @Inject private TransferLedger ledger;
  @Inject private PartitionFailures failures;

  @Override
  public void open(Serializable checkpoint) {
    // Nothing to open: the position is in the receipts table.
  }

  @Override
  public void writeItems(List<Object> pending) {
    if (pending.isEmpty()) {
      return;
    }
    StreamRef stream = stream();
    try {
      List<Receipt> receipts = new ArrayList<>(pending.size());
      for (Object extent : pending) {
        receipts.add(((PendingExtent) extent).await(patience()));
      }
      ReceiptWindow window = new ReceiptWindow(receipts);
      CompletableFuture<Long> durable = channel().sync(stream, window.next());
      requireDurable(window, PendingAnswer.await(durable, patience()));
      ledger.record(stream.taskId(), stream.diskNo(), stream.streamNo(), window);
    } catch (BackupException | IllegalArgumentException failure) {
      throw failures.noted(stream.taskId(), failure);
    }
  }

  private void requireDurable(ReceiptWindow window, long durable) {
    if (durable < window.next()) {
      throw BackupException.of(
          ErrorCode.INTERRUPTED,
          "what",
          "disk " + stream().diskKey() + " (durable to " + durable + " of " + window.next() + ")");
    }
  }

  @Override
  public Serializable checkpointInfo() {
    return null;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
