package io.holdfast.server.execution;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One execution of the batch engine.
 *
 * @param id the engine's id
 * @param instanceId executions of one instance go on where the one before has ended
 * @param job name of the job
 * @param exitStatus empty while there is none
 * @param createdAt when it was asked for
 * @param startedAt null before it began
 * @param endedAt null while it has not ended
 * @param task the VM task it was made for; empty for jobs that start runs
 */
public record BatchExecution(
    long id,
    long instanceId,
    String job,
    ExecutionStatus status,
    String exitStatus,
    Instant createdAt,
    Instant startedAt,
    Instant endedAt,
    Optional<UUID> task) {}
