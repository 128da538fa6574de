package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.HostResourcesRequest;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.agent.protocol.PlatformQueriesGrpc;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.agent.PlatformQueriesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@link PlatformQueriesClient} by gRPC. */
record GrpcPlatformQueries(AgentCalls calls) implements PlatformQueriesClient {
  private static final Duration QUESTION = Duration.ofSeconds(60);
  private static final Duration INVENTORY = Duration.ofMinutes(10);

  @Override
  public TestPlatformResponse testPlatform(TestPlatformRequest request) {
    return calls.ask(PlatformQueriesGrpc.getTestPlatformMethod(), QUESTION, request);
  }

  @Override
  public List<InventoryNode> listInventory(InventoryRequest request) {
    List<InventoryNode> nodes = new ArrayList<>();
    calls.askEach(PlatformQueriesGrpc.getListInventoryMethod(), INVENTORY, request, nodes::add);
    return nodes;
  }

  @Override
  public VmDescription describeVm(DescribeVmRequest request) {
    return calls.ask(PlatformQueriesGrpc.getDescribeVmMethod(), QUESTION, request);
  }

  @Override
  public HostResources listHostResources(HostResourcesRequest request) {
    return calls.ask(PlatformQueriesGrpc.getListHostResourcesMethod(), QUESTION, request);
  }
}
