package io.holdfast.web.console.login;

import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/**
 * What the signed-in user may, for showing or hiding buttons. Services decide again; this asks
 * {@link AccessPolicy} once a request who it is.
 */
@Named("may")
@RequestScoped
public class PermissionsView {
  @Inject AccessPolicy policy;

  private Caller caller;

  /** Make and revoke access keys, remove agents. */
  public boolean isManageAgents() {
    return may(Permission.AGENT_MANAGE, ResourceKind.AGENT);
  }

  /** Add and remove platforms. */
  public boolean isManagePlatforms() {
    return may(Permission.PLATFORM_MANAGE, ResourceKind.PLATFORM);
  }

  /** Take, delete and revert to VM snapshots. */
  public boolean isManageSnapshots() {
    return may(Permission.SNAPSHOT_MANAGE, ResourceKind.PLATFORM);
  }

  /** Create and remove pools. */
  public boolean isManagePools() {
    return may(Permission.POOL_MANAGE, ResourceKind.POOL);
  }

  /** Collect garbage in pools and verify them. */
  public boolean isKeepPools() {
    return may(Permission.POOL_UPKEEP, ResourceKind.POOL);
  }

  /** Delete restore points and protect them. */
  public boolean isManagePoints() {
    return may(Permission.RESTORE_POINT_MANAGE, ResourceKind.RESTORE_POINT);
  }

  /** See users. */
  public boolean isViewUsers() {
    return may(Permission.USER_VIEW, ResourceKind.USER);
  }

  /** Add, change, disable and delete users. */
  public boolean isManageUsers() {
    return may(Permission.USER_MANAGE, ResourceKind.USER);
  }

  /** Make, change and delete jobs. */
  public boolean isManageJobs() {
    return may(Permission.JOB_MANAGE, ResourceKind.JOB);
  }

  /** Start and stop jobs. */
  public boolean isRunJobs() {
    return may(Permission.JOB_RUN, ResourceKind.JOB);
  }

  /** Restore. */
  public boolean isRestore() {
    return may(Permission.RESTORE_RUN, ResourceKind.RESTORE);
  }

  private boolean may(Permission permission, ResourceKind kind) {
    if (caller == null) {
      caller = policy.caller();
    }
    return policy.allows(caller, permission, ResourceRef.all(kind));
  }
}
