package io.holdfast.batch.backup;

import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.PlannedExtent;
import io.holdfast.agent.protocol.ReadPlanRequest;
import io.holdfast.agent.protocol.SyncStreamRequest;
import io.holdfast.agent.protocol.SyncStreamResponse;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.batch.transfer.ExtentChannel;
import io.holdfast.batch.transfer.ExtentItem;
import io.holdfast.batch.transfer.StreamRef;
import io.holdfast.batch.transfer.TaskAgent;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.BackupSessionsClient;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Extents of a backup: disk to pool. One instance a partition artifact. */
@Dependent
@Named("backupChannel")
public class BackupChannel implements ExtentChannel {
  @Inject private AgentGateway gateway;
  @Inject private TaskAgent agent;

  @Override
  public CompletableFuture<List<ExtentItem>> read(StreamRef stream, long fromOrdinal) {
    return ExtentChannel.answer(
        sessions(stream)
            .readPlan(
                ReadPlanRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .setFromOrdinal(fromOrdinal)
                    .setLimit(PAGE)
                    .build()),
        page ->
            page.getExtentsList().stream()
                .map(
                    extent ->
                        new ExtentItem(
                            extent.getOrdinal(),
                            extent.getOffset(),
                            extent.getLength(),
                            extent.getReadBytes()))
                .toList());
  }

  @Override
  public CompletableFuture<Receipt> transfer(StreamRef stream, ExtentItem extent) {
    PlannedExtent planned =
        PlannedExtent.newBuilder()
            .setOrdinal(extent.ordinal())
            .setOffset(extent.offset())
            .setLength(extent.length())
            .setReadBytes(extent.plannedBytes())
            .build();
    return ExtentChannel.answer(
        sessions(stream)
            .transferExtent(
                TransferExtentRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .setExtent(planned)
                    .build()),
        receipt -> receipt(extent, receipt));
  }

  /** An extent that was read before an interruption, but not recorded, counts as read: once. */
  private static Receipt receipt(ExtentItem extent, ExtentReceipt receipt) {
    return new Receipt(
        extent.ordinal(),
        extent.plannedBytes(),
        receipt.getReplayed() ? extent.plannedBytes() : receipt.getReadBytes(),
        receipt.getZeroBytes(),
        receipt.getStoredBytes(),
        receipt.getChunks(),
        receipt.getNewChunks());
  }

  @Override
  public CompletableFuture<Long> sync(StreamRef stream, long nextOrdinal) {
    return ExtentChannel.answer(
        sessions(stream)
            .syncStream(
                SyncStreamRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .build()),
        SyncStreamResponse::getNextOrdinal);
  }

  private BackupSessionsClient sessions(StreamRef stream) {
    return gateway.backupSessions(agent.of(stream));
  }
}
