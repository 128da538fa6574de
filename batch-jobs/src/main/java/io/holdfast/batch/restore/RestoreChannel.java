package io.holdfast.batch.restore;

import io.holdfast.agent.protocol.ReadRestorePlanRequest;
import io.holdfast.agent.protocol.RestoreExtentRequest;
import io.holdfast.agent.protocol.RestoreExtentSpan;
import io.holdfast.agent.protocol.RestoreReceipt;
import io.holdfast.agent.protocol.SyncRestoreRequest;
import io.holdfast.batch.transfer.ExtentChannel;
import io.holdfast.batch.transfer.ExtentItem;
import io.holdfast.batch.transfer.StreamRef;
import io.holdfast.batch.transfer.TaskAgent;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.RestoreSessionsClient;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Extents of a restore: pool to disk. One instance a partition artifact. */
@Dependent
@Named("restoreChannel")
public class RestoreChannel implements ExtentChannel {
  @Inject private AgentGateway gateway;
  @Inject private TaskAgent agent;

  @Override
  public CompletableFuture<List<ExtentItem>> read(StreamRef stream, long fromOrdinal) {
    return ExtentChannel.answer(
        sessions(stream)
            .readRestorePlan(
                ReadRestorePlanRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .setFromOrdinal(fromOrdinal)
                    .setLimit(PAGE)
                    .build()),
        page ->
            page.getExtentsList().stream()
                .map(
                    span ->
                        new ExtentItem(
                            span.getOrdinal(),
                            span.getOffset(),
                            span.getLength(),
                            span.getDataBytes()))
                .toList());
  }

  @Override
  public CompletableFuture<Receipt> transfer(StreamRef stream, ExtentItem extent) {
    RestoreExtentSpan span =
        RestoreExtentSpan.newBuilder()
            .setOrdinal(extent.ordinal())
            .setOffset(extent.offset())
            .setLength(extent.length())
            .setDataBytes(extent.plannedBytes())
            .build();
    return ExtentChannel.answer(
        sessions(stream)
            .restoreExtent(
                RestoreExtentRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .setExtent(span)
                    .build()),
        receipt -> receipt(extent, receipt));
  }

  private static Receipt receipt(ExtentItem extent, RestoreReceipt receipt) {
    return new Receipt(
        extent.ordinal(),
        extent.plannedBytes(),
        receipt.getPoolReadBytes(),
        receipt.getZeroBytes(),
        receipt.getWrittenBytes(),
        0,
        0);
  }

  /** The protocol tells no position here: what was sent before is durable with the answer. */
  @Override
  public CompletableFuture<Long> sync(StreamRef stream, long nextOrdinal) {
    return ExtentChannel.answer(
        sessions(stream)
            .syncRestore(
                SyncRestoreRequest.newBuilder()
                    .setSessionId(stream.sessionId())
                    .setDiskKey(stream.diskKey())
                    .setStream(stream.streamNo())
                    .build()),
        done -> nextOrdinal);
  }

  private RestoreSessionsClient sessions(StreamRef stream) {
    return gateway.restoreSessions(agent.of(stream));
  }
}
