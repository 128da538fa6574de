package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.TransferLedger;
import io.holdfast.server.run.TransferStream;
import jakarta.batch.api.chunk.ItemReader;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a stream's plan from the position in the receipts table. The engine's own checkpoint is not
 * believed: after a second crash it may start at 0 again, or be a few windows old. One instance a
 * partition; used by the thread of that partition only.
 */
@Dependent
@Named("extentReader")
public class ExtentReader extends StreamArtifact implements ItemReader {
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  @Inject private TransferLedger ledger;
  @Inject private RunningTransfers transfers;
  @Inject private PartitionFailures failures;

  private ExtentCursor cursor;
  private boolean hasTurn;

  @Override
  public void open(Serializable checkpoint) {
    StreamRef stream = stream();
    TransferStream row = ledger.stream(stream.taskId(), stream.diskNo(), stream.streamNo());
    cursor =
        new ExtentCursor(channel(), stream, patience(), row.getPosition(), row.getExtentCount());
  }

  /**
   * The next extent; null at the end of the plan and when the task is to stop.
   *
   * @throws BackupException INTERRUPTED when a sibling has failed: a partition that did not finish
   *     must not look as if it had
   */
  @Override
  public Object readItem() {
    StreamRef stream = stream();
    if (transfers.isStopped(stream.taskId())) {
      return null;
    }
    if (transfers.hasFailed(stream.taskId())) {
      throw BackupException.of(ErrorCode.INTERRUPTED, "what", "disk " + stream.diskKey());
    }
    if (!hasTurn) {
      hasTurn = transfers.takeTurn(stream.taskId(), stream.diskNo());
      if (!hasTurn) {
        LockSupport.parkNanos(WAIT_NANOS);
        return ExtentItem.WAIT;
      }
    }
    try {
      return cursor.next();
    } catch (BackupException | IllegalStateException failure) {
      throw failures.noted(stream.taskId(), failure);
    }
  }

  /** Nothing: the position is in the receipts table. */
  @Override
  public Serializable checkpointInfo() {
    return null;
  }

  @Override
  public void close() {
    if (hasTurn) {
      hasTurn = false;
      transfers.giveTurn(stream().taskId(), stream().diskNo());
    }
  }
}
