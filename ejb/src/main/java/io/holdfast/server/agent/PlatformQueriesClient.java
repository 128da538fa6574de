package io.holdfast.server.agent;

import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.HostResourcesRequest;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.InventoryRequest;
import io.holdfast.agent.protocol.TestPlatformRequest;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import java.util.List;

/** The protocol's {@code PlatformQueries} of one agent; errors as {@link AgentGateway}. */
public interface PlatformQueriesClient {
  /** RES-01. Time limit 60 s. */
  TestPlatformResponse testPlatform(TestPlatformRequest request);

  /** INV-01. The whole inventory; time limit 10 min. */
  List<InventoryNode> listInventory(InventoryRequest request);

  /** Time limit 60 s. */
  VmDescription describeVm(DescribeVmRequest request);

  /** Time limit 60 s. */
  HostResources listHostResources(HostResourcesRequest request);
}
