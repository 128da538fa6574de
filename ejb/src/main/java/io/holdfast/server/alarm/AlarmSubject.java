package io.holdfast.server.alarm;

import java.util.UUID;

/**
 * What an alarm is about.
 *
 * @param runId the run
 * @param taskId its VM task; null: the whole run
 * @param jobName for people
 * @param vmName for people, empty for the whole run
 */
public record AlarmSubject(UUID runId, UUID taskId, String jobName, String vmName) {}
