package io.holdfast.server.upkeep;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Pool jobs that have not ended need their pool. */
@ApplicationScoped
public class PoolJobUsage implements ResourceUsage {
  @Inject private PoolJobRepository jobs;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.POOL) {
      return List.of();
    }
    return jobs.active().stream()
        .filter(job -> job.pool().value().equals(resource.id()))
        .map(job -> "pool job " + job.id())
        .toList();
  }
}
