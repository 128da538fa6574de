package io.holdfast.server.pool;

/** What can be wrong with a pool (POOL-08, OPT-17). The console's bundles explain each. */
public enum PoolFinding {
  /** Its agent does not answer, or the folder holds no pool, or another one. */
  UNREACHABLE(true),
  /** Encrypted, and the server has no secret that it can read. */
  KEY_MISSING(true),
  /** The secret that the server has opens it no more. */
  KEY_REFUSED(true),
  /** The key file cannot be read on the agent. */
  KEY_FILE_UNREADABLE(true),
  /** Who loses the only secret loses the pool. */
  NO_RECOVERY_KEY(false),
  /** The key for emergencies is in daily use. */
  OPENED_BY_RECOVERY_KEY(false),
  /** Manifests cannot be read; verification tells more. */
  MANIFESTS_DAMAGED(true),
  /** Chunks are stored without a look, so equal ones several times. */
  INDEX_OUT_OF_USE(false),
  SPACE_LOW(false),
  SPACE_CRITICAL(true),
  QUOTA_NEAR(false),
  QUOTA_CRITICAL(true),
  /** Backups are refused. */
  QUOTA_REACHED(true);

  private final boolean critical;

  PoolFinding(boolean critical) {
    this.critical = critical;
  }

  /** Backups or restores fail, or soon will. */
  public boolean isCritical() {
    return critical;
  }
}
