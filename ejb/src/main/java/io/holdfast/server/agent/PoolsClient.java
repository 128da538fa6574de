package io.holdfast.server.agent;

import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolKeySlots;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.RebuildIndexProgress;
import io.holdfast.agent.protocol.RebuildIndexRequest;
import io.holdfast.agent.protocol.RecoveryKeyMade;
import io.holdfast.agent.protocol.RemovePoolKeyRequest;
import io.holdfast.agent.protocol.ReplacePoolKeyRequest;
import io.holdfast.agent.protocol.ReplaceRecoveryKeyRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import java.util.function.Consumer;

/** The protocol's {@code Pools} of one agent; errors as {@link AgentGateway}. */
public interface PoolsClient {
  /** Time limit 60 s. */
  PoolStatus createPool(CreatePoolRequest request);

  /** Time limit 60 s. */
  PoolStatus describePool(DescribePoolRequest request);

  /** Time limit 60 s. */
  PoolKeySlots replacePoolKey(ReplacePoolKeyRequest request);

  /** Time limit 60 s. */
  PoolKeySlots removePoolKey(RemovePoolKeyRequest request);

  /** Time limit 60 s. */
  RecoveryKeyMade replaceRecoveryKey(ReplaceRecoveryKeyRequest request);

  /** Each progress message as it arrives, on the caller's thread. Time limit 24 h. */
  void rebuildIndex(RebuildIndexRequest request, Consumer<RebuildIndexProgress> each);

  /** Each restore point as it arrives, on the caller's thread. Time limit 30 min. */
  void listRestorePoints(ListRestorePointsRequest request, Consumer<RestorePointSummary> each);

  /** Each progress message as it arrives, on the caller's thread. Time limit 24 h. */
  void verifyPool(VerifyPoolRequest request, Consumer<VerifyProgress> each);
}
