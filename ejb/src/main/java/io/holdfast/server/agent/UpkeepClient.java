package io.holdfast.server.agent;

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
import io.holdfast.agent.protocol.UpkeepJobRef;
import io.holdfast.agent.protocol.UpkeepStatus;
import java.util.function.Consumer;

/** The protocol's {@code Upkeep} of one agent; errors as {@link AgentGateway}. */
public interface UpkeepClient {
  /** Time limit 10 min. */
  RetentionReport applyRetention(RetentionRequest request);

  /** Time limit 2 min: reads all maps of the pool. */
  RemovalPreview previewRemoval(PreviewRemovalRequest request);

  /** Time limit 2 min. */
  RemovePointResponse removePoint(RemovePointRequest request);

  /** Time limit 60 s. */
  PointFacts protectPoint(ProtectPointRequest request);

  /** Each restore point as it arrives, on the caller's thread. Time limit 30 min. */
  void listPointFacts(ListPointFactsRequest request, Consumer<PointFacts> each);

  /** Time limit 60 s. */
  UpkeepStatus startUpkeep(StartUpkeepRequest request);

  /** Time limit 60 s. */
  UpkeepStatus describeUpkeep(UpkeepJobRef request);

  /** Time limit 60 s. */
  UpkeepStatus stopUpkeep(UpkeepJobRef request);
}
