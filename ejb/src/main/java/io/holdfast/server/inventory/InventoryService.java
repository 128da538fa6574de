package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.DescribeVmRequest;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.HostResourcesRequest;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/**
 * INV-01, INV-02, INV-04: what a platform holds. Every method asks the platform when it must, needs
 * PLATFORM_VIEW, and throws NOT_FOUND for an unknown platform, else what agent or platform
 * answered. Not to be called in a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class InventoryService {
  @Inject InventoryCache cache;
  @Inject PlatformConnections connections;
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;

  /** The inventory, at most five minutes old; for browsing and searching. */
  public Inventory inventory(PlatformId id) {
    requireView(id);
    return cache.get(id);
  }

  /** The inventory as it is now; for the reload button and for expanding a run's content. */
  public Inventory refresh(PlatformId id) {
    requireView(id);
    return cache.refresh(id);
  }

  /**
   * A VM with its disks and networks as they are now; VM_NOT_FOUND.
   *
   * @param vmId the platform's own id ({@link InventoryEntry#objectId})
   */
  public VmDescription describeVm(PlatformId id, String vmId) {
    requireView(id);
    return gateway
        .platformQueries(connections.backupHost(id))
        .describeVm(
            DescribeVmRequest.newBuilder()
                .setPlatform(connections.access(id))
                .setVmId(vmId)
                .build());
  }

  /**
   * What a restore to a host can choose from; TARGET_HOST_UNKNOWN.
   *
   * @param hostId the platform's own id ({@link InventoryEntry#objectId})
   */
  public HostResources hostResources(PlatformId id, String hostId) {
    requireView(id);
    return gateway
        .platformQueries(connections.backupHost(id))
        .listHostResources(
            HostResourcesRequest.newBuilder()
                .setPlatform(connections.access(id))
                .setHostId(hostId)
                .build());
  }

  private void requireView(PlatformId id) {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.of(ResourceKind.PLATFORM, id.value()));
  }
}
