package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import java.util.Optional;

/**
 * A pool and what its agent says of it now.
 *
 * @param status nothing when the agent could not be asked
 * @param problem why not
 */
public record PoolView(
    StoragePool pool, Optional<PoolStatus> status, Optional<BackupException> problem) {}
