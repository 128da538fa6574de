package io.holdfast.server.inventory;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Platforms need their backup host's agent. */
@ApplicationScoped
public class PlatformAgentUsage implements ResourceUsage {
  @Inject PlatformRepository platforms;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.AGENT) {
      return List.of();
    }
    return platforms.all().stream()
        .filter(platform -> platform.backupHost().value().equals(resource.id()))
        .map(Platform::name)
        .toList();
  }
}
