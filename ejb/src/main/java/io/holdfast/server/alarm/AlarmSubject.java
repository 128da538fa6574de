package io.holdfast.server.alarm;

import java.util.UUID;

/**
 * What an alarm is about: a VM's task, a run, or a platform. What does not apply is empty.
 *
 * @param runId the run
 * @param taskId its VM task; empty: the whole run
 * @param jobName for people
 * @param vmName for people, empty for the whole run
 * @param platformId the platform that the alarm is about; empty: it is about a run
 * @param platformName for people
 */
public record AlarmSubject(
    String runId,
    String taskId,
    String jobName,
    String vmName,
    String platformId,
    String platformName) {

  /** One VM of a run. */
  public static AlarmSubject ofTask(UUID runId, UUID taskId, String jobName, String vmName) {
    return new AlarmSubject(runId.toString(), taskId.toString(), jobName, vmName, "", "");
  }

  /** A run as a whole. */
  public static AlarmSubject ofRun(UUID runId, String jobName) {
    return new AlarmSubject(runId.toString(), "", jobName, "", "", "");
  }

  /** A platform (RES-06). */
  public static AlarmSubject ofPlatform(String id, String name) {
    return new AlarmSubject("", "", "", "", id, name);
  }
}
