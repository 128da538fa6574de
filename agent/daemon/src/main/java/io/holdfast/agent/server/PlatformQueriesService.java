package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.HostResourcesRequest;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.PlatformQueriesGrpc;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.function.Function;

/** Questions to a platform; every call logs in anew, so that a changed account is noticed. */
final class PlatformQueriesService extends PlatformQueriesGrpc.PlatformQueriesImplBase {
  private final Connectors connectors;
  private final Calls calls;

  PlatformQueriesService(Connectors connectors, Calls calls) {
    this.connectors = connectors;
    this.calls = calls;
  }

  @Override
  public void testPlatform(
      TestPlatformRequest request, StreamObserver<TestPlatformResponse> observer) {
    calls.answer(observer, () -> ask(request.getPlatform(), PlatformConnection::test));
  }

  @Override
  public void listInventory(InventoryRequest request, StreamObserver<InventoryNode> observer) {
    calls.stream(
        observer, out -> ask(request.getPlatform(), PlatformConnection::inventory).forEach(out));
  }

  @Override
  public void describeVm(DescribeVmRequest request, StreamObserver<VmDescription> observer) {
    calls.answer(
        observer,
        () -> ask(request.getPlatform(), platform -> platform.describeVm(request.getVmId())));
  }

  @Override
  public void listHostResources(
      HostResourcesRequest request, StreamObserver<HostResources> observer) {
    calls.answer(
        observer,
        () -> ask(request.getPlatform(), platform -> platform.hostResources(request.getHostId())));
  }

  private <T> T ask(PlatformAccess access, Function<PlatformConnection, T> question) {
    try (PlatformConnection platform = connectors.connect(access)) {
      return question.apply(platform);
    }
  }
}
