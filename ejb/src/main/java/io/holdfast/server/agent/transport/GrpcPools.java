package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolKeySlots;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.PoolsGrpc;
import io.holdfast.agent.protocol.RebuildIndexProgress;
import io.holdfast.agent.protocol.RebuildIndexRequest;
import io.holdfast.agent.protocol.RecoveryKeyMade;
import io.holdfast.agent.protocol.RemovePoolKeyRequest;
import io.holdfast.agent.protocol.ReplacePoolKeyRequest;
import io.holdfast.agent.protocol.ReplaceRecoveryKeyRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VerifyPoolRequest;
import io.holdfast.agent.protocol.VerifyProgress;
import io.holdfast.server.agent.PoolsClient;
import java.time.Duration;
import java.util.function.Consumer;

/** {@link PoolsClient} by gRPC. */
record GrpcPools(AgentCalls calls) implements PoolsClient {
  private static final Duration QUESTION = Duration.ofSeconds(60);
  private static final Duration LIST = Duration.ofMinutes(30);
  private static final Duration VERIFY = Duration.ofHours(24);

  @Override
  public PoolStatus createPool(CreatePoolRequest request) {
    return calls.ask(PoolsGrpc.getCreatePoolMethod(), QUESTION, request);
  }

  @Override
  public PoolStatus describePool(DescribePoolRequest request) {
    return calls.ask(PoolsGrpc.getDescribePoolMethod(), QUESTION, request);
  }

  @Override
  public PoolKeySlots replacePoolKey(ReplacePoolKeyRequest request) {
    return calls.ask(PoolsGrpc.getReplacePoolKeyMethod(), QUESTION, request);
  }

  @Override
  public PoolKeySlots removePoolKey(RemovePoolKeyRequest request) {
    return calls.ask(PoolsGrpc.getRemovePoolKeyMethod(), QUESTION, request);
  }

  @Override
  public RecoveryKeyMade replaceRecoveryKey(ReplaceRecoveryKeyRequest request) {
    return calls.ask(PoolsGrpc.getReplaceRecoveryKeyMethod(), QUESTION, request);
  }

  @Override
  public void rebuildIndex(RebuildIndexRequest request, Consumer<RebuildIndexProgress> each) {
    calls.askEach(PoolsGrpc.getRebuildIndexMethod(), VERIFY, request, each);
  }

  @Override
  public void listRestorePoints(
      ListRestorePointsRequest request, Consumer<RestorePointSummary> each) {
    calls.askEach(PoolsGrpc.getListRestorePointsMethod(), LIST, request, each);
  }

  @Override
  public void verifyPool(VerifyPoolRequest request, Consumer<VerifyProgress> each) {
    calls.askEach(PoolsGrpc.getVerifyPoolMethod(), VERIFY, request, each);
  }
}
