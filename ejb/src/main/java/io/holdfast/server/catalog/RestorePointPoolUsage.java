package io.holdfast.server.catalog;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Restore points need their pool. */
@ApplicationScoped
public class RestorePointPoolUsage implements ResourceUsage {
  @Inject RestorePointRepository points;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.POOL) {
      return List.of();
    }
    RestorePointQuery inPool =
        new RestorePointQuery(
            Optional.empty(),
            Optional.empty(),
            Optional.of(new PoolId(resource.id())),
            "",
            Optional.empty(),
            Optional.empty());
    return points.vms(inPool, PageRequest.first(10)).items().stream()
        .map(vm -> vm.vmName() + " (" + vm.restorePoints() + ")")
        .toList();
  }
}
