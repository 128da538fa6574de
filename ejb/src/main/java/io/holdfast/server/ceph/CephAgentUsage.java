package io.holdfast.server.ceph;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Ceph pools need the agent that reaches them. */
@ApplicationScoped
public class CephAgentUsage implements ResourceUsage {
  @Inject CephStorageRepository storages;
  @Inject PlatformConnections platforms;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.AGENT) {
      return List.of();
    }
    return storages.reachedBy(new AgentId(resource.id())).stream()
        .map(
            storage ->
                "Ceph storage "
                    + storage.settings().pool()
                    + " of "
                    + platforms.platform(storage.platform()).name())
        .toList();
  }
}
