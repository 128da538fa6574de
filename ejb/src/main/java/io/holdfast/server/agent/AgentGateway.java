package io.holdfast.server.agent;

/**
 * The only way to an agent. Each call has the time limit of the agent protocol and maps every
 * failure to {@link io.holdfast.error.BackupException}: the agent's own error with its code and
 * parameters, else AGENT_UNREACHABLE (TRANSIENT) or AGENT_TIMEOUT (AMBIGUOUS), both naming the
 * agent. Getting a client does not connect and does not fail for an agent that is offline;
 * AGENT_UNKNOWN when it is not enrolled. Never call inside a database transaction. Thread-safe;
 * clients may be kept for one operation, not longer.
 */
public interface AgentGateway {
  /** Questions to platforms through this backup host. */
  PlatformQueriesClient platformQueries(AgentId agent);

  /** Snapshots of VMs through this backup host, as operators manage them. */
  VmSnapshotsClient vmSnapshots(AgentId agent);

  /** Backups on this backup host. */
  BackupSessionsClient backupSessions(AgentId agent);

  /** Restores on this backup host. */
  RestoreSessionsClient restoreSessions(AgentId agent);

  /** Pools on this storage agent. */
  PoolsClient pools(AgentId agent);

  /** What keeps the pools on this storage agent in order. */
  UpkeepClient upkeep(AgentId agent);
}
