package io.holdfast.server.execution;

import java.util.UUID;

/**
 * Which executions are wanted.
 *
 * @param job name of the job, as {@code backup-vm}; null for all
 * @param status null for all
 * @param taskId the VM task they were made for; null for all
 */
public record ExecutionFilter(String job, ExecutionStatus status, UUID taskId) {}
