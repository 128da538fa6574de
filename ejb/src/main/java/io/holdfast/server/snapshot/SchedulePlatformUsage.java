package io.holdfast.server.snapshot;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.ResourceUsage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Snapshot schedules need their platform. */
@ApplicationScoped
public class SchedulePlatformUsage implements ResourceUsage {
  @Inject ScheduleRepository schedules;

  @Override
  public List<String> usersOf(ResourceRef resource) {
    if (resource.kind() != ResourceKind.PLATFORM) {
      return List.of();
    }
    return schedules.all().stream()
        .filter(schedule -> schedule.platform().value().equals(resource.id()))
        .map(schedule -> "snapshot schedule " + schedule.name())
        .toList();
  }
}
