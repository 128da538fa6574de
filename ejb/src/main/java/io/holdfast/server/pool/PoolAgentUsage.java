package io.holdfast.server.pool;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Pools need their storage agent. */
@ApplicationScoped
public class PoolAgentUsage implements ResourceUsage {
  @Inject PoolRepository pools;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.AGENT) {
      return List.of();
    }
    return pools.ofAgent(new AgentId(resource.id())).stream().map(StoragePool::name).toList();
  }
}
