package io.holdfast.server.restore;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Restore jobs hold on to their platform and restore point. */
@ApplicationScoped
public class RestoreResourceUsage implements ResourceUsage {
  @Inject private RestoreRepository restores;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.PLATFORM && resource.kind() != ResourceKind.RESTORE_POINT) {
      return List.of();
    }
    return restores.using(resource.id()).stream()
        .map(job -> "restore job " + job.getName())
        .toList();
  }
}
