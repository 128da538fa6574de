package io.holdfast.server.policy;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Jobs hold on to their platform, backup host and pool. */
@ApplicationScoped
public class PolicyResourceUsage implements ResourceUsage {
  private static final Set<ResourceKind> USED =
      EnumSet.of(ResourceKind.PLATFORM, ResourceKind.AGENT, ResourceKind.POOL);

  @Inject private PolicyRepository policies;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (!USED.contains(resource.kind())) {
      return List.of();
    }
    return policies.using(resource.id()).stream().map(policy -> "job " + policy.getName()).toList();
  }
}
