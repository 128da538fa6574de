package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * The one place that decides who may do what to which resource, for console, REST and batch. Denied
 * unless a role of the caller is named at the {@link Permission}. Groups, grants and licences join
 * here and nowhere else. Thread-safe.
 */
@ApplicationScoped
public class AccessPolicy {
  @Inject CurrentCaller currentCaller;

  /**
   * Returns the present caller when it may, else throws: FORBIDDEN naming user, permission and
   * resource, or PASSWORD_CHANGE_REQUIRED for a user whose password was given by someone else.
   */
  public Caller require(Permission permission, ResourceRef resource) {
    return require(currentCaller.get(), permission, resource);
  }

  /** As {@link #require(Permission, ResourceRef)} for a given caller, as of a stored run. */
  public Caller require(Caller caller, Permission permission, ResourceRef resource) {
    if (allows(caller, permission, resource)) {
      return caller;
    }
    if (caller.passwordChangeRequired()) {
      throw BackupException.of(ErrorCode.PASSWORD_CHANGE_REQUIRED, "user", caller.name());
    }
    throw BackupException.of(
        ErrorCode.FORBIDDEN,
        "user",
        caller.name(),
        "action",
        permission.name(),
        "resource",
        resource.toString());
  }

  /** Whether the present caller may; for showing or hiding a button, never instead of require. */
  public boolean allows(Permission permission, ResourceRef resource) {
    return allows(currentCaller.get(), permission, resource);
  }

  /** The decision itself; pure. */
  public boolean allows(Caller caller, Permission permission, ResourceRef resource) {
    if (caller.system()) {
      return true;
    }
    return !caller.passwordChangeRequired()
        && caller.roles().stream().anyMatch(permission.roles()::contains);
  }

  /** Who asks on this thread. */
  public Caller caller() {
    return currentCaller.get();
  }
}
