package io.holdfast.server.security;

import static io.holdfast.server.security.Role.ADMINISTRATOR;
import static io.holdfast.server.security.Role.AUDITOR;
import static io.holdfast.server.security.Role.OPERATOR;

import java.util.Set;

/**
 * What can be done, and the roles that may. This table is the only one; what no role is named for
 * is denied.
 */
public enum Permission {
  /** See agents and their state. */
  AGENT_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** Make and revoke access keys, remove agents. */
  AGENT_MANAGE(ADMINISTRATOR),
  /** See platforms and browse their inventory. */
  PLATFORM_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** Add, test, change and remove platforms. */
  PLATFORM_MANAGE(ADMINISTRATOR),
  /** Take, delete and revert to VM snapshots, and plan that. */
  SNAPSHOT_MANAGE(OPERATOR),
  /** See pools and their fill. */
  POOL_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** Create and remove pools, import their restore points. */
  POOL_MANAGE(ADMINISTRATOR),
  /** Use a pool as the target of a job or the source of a restore. */
  POOL_USE(OPERATOR),
  /** Collect garbage in pools and verify them, and plan that. */
  POOL_UPKEEP(ADMINISTRATOR, OPERATOR),
  /** Delete restore points and protect them by hand. */
  RESTORE_POINT_MANAGE(OPERATOR),
  /** See restore points. */
  RESTORE_POINT_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** See jobs. */
  JOB_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** Make, change and delete jobs. */
  JOB_MANAGE(OPERATOR),
  /** Start and stop runs of a job. */
  JOB_RUN(OPERATOR),
  /** See runs, their progress and log. */
  RUN_VIEW(ADMINISTRATOR, OPERATOR, AUDITOR),
  /** Start and stop restores. */
  RESTORE_RUN(OPERATOR),
  /** See users and their roles. */
  USER_VIEW(ADMINISTRATOR, AUDITOR),
  /** Make, change and disable users. */
  USER_MANAGE(ADMINISTRATOR),
  /** Read the audit log. */
  AUDIT_VIEW(AUDITOR),
  /** Start, stop, restart and abandon batch executions directly. */
  BATCH_MANAGE(OPERATOR);

  private final Set<Role> roles;

  Permission(Role... roles) {
    this.roles = Set.of(roles);
  }

  /** The roles that hold this permission. */
  public Set<Role> roles() {
    return roles;
  }
}
