package io.holdfast.server.run;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import java.util.UUID;

/**
 * What a run is to do and where.
 *
 * @param kind backup or restore
 * @param jobId the policy or the restore job
 * @param jobName its name now
 * @param platformId platform that is read from or written to
 * @param agentId backup host that does the work
 * @param poolId pool that is written to or read from
 * @param backupType what is asked for; null for a restore
 * @param options options the run keeps
 */
public record RunOrder(
    RunKind kind,
    UUID jobId,
    String jobName,
    PlatformId platformId,
    AgentId agentId,
    PoolId poolId,
    BackupType backupType,
    BackupOptions options) {}
