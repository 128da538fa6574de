package io.holdfast.server.resource;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Asks every feature whether it still uses a resource. Thread-safe. */
@ApplicationScoped
public class UsageCheck {
  private static final int NAMED_USERS = 5;

  @Inject @Any Instance<ResourceUsage> usages;

  /** Throws RESOURCE_IN_USE naming the resource and its first users when anything uses it. */
  public void requireUnused(ResourceRef resource, String resourceName) {
    requireUnused(
        resource, resource.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '), resourceName);
  }

  /**
   * As the other, for a part of a resource that its users need too.
   *
   * @param what the part's kind, as messages call it
   */
  public void requireUnused(ResourceRef resource, String what, String name) {
    List<String> users = new ArrayList<>();
    for (ResourceUsage usage : usages) {
      users.addAll(usage.usersOf(resource));
    }
    if (!users.isEmpty()) {
      throw BackupException.of(
          ErrorCode.RESOURCE_IN_USE,
          "what",
          what,
          "name",
          name,
          "users",
          String.join(", ", users.subList(0, Math.min(NAMED_USERS, users.size()))),
          "count",
          users.size());
    }
  }
}
