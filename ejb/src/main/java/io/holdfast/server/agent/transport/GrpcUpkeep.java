package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.ListPointFactsRequest;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.PreviewRemovalRequest;
import io.holdfast.agent.protocol.ProtectPointRequest;
import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.agent.protocol.RemovePointRequest;
import io.holdfast.agent.protocol.RemovePointResponse;
import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionRequest;
import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepGrpc;
import io.holdfast.agent.protocol.UpkeepJobRef;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.server.agent.UpkeepClient;
import java.time.Duration;
import java.util.function.Consumer;

/** {@link UpkeepClient} by gRPC. */
record GrpcUpkeep(AgentCalls calls) implements UpkeepClient {
  private static final Duration QUESTION = Duration.ofSeconds(60);
  private static final Duration PREVIEW = Duration.ofMinutes(2);
  private static final Duration RETENTION = Duration.ofMinutes(10);
  private static final Duration LIST = Duration.ofMinutes(30);

  @Override
  public RetentionReport applyRetention(RetentionRequest request) {
    return calls.ask(UpkeepGrpc.getApplyRetentionMethod(), RETENTION, request);
  }

  @Override
  public RemovalPreview previewRemoval(PreviewRemovalRequest request) {
    return calls.ask(UpkeepGrpc.getPreviewRemovalMethod(), PREVIEW, request);
  }

  @Override
  public RemovePointResponse removePoint(RemovePointRequest request) {
    return calls.ask(UpkeepGrpc.getRemovePointMethod(), PREVIEW, request);
  }

  @Override
  public PointFacts protectPoint(ProtectPointRequest request) {
    return calls.ask(UpkeepGrpc.getProtectPointMethod(), QUESTION, request);
  }

  @Override
  public void listPointFacts(ListPointFactsRequest request, Consumer<PointFacts> each) {
    calls.askEach(UpkeepGrpc.getListPointFactsMethod(), LIST, request, each);
  }

  @Override
  public UpkeepStatus startUpkeep(StartUpkeepRequest request) {
    return calls.ask(UpkeepGrpc.getStartUpkeepMethod(), QUESTION, request);
  }

  @Override
  public UpkeepStatus describeUpkeep(UpkeepJobRef request) {
    return calls.ask(UpkeepGrpc.getDescribeUpkeepMethod(), QUESTION, request);
  }

  @Override
  public UpkeepStatus stopUpkeep(UpkeepJobRef request) {
    return calls.ask(UpkeepGrpc.getStopUpkeepMethod(), QUESTION, request);
  }
}
