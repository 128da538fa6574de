package io.holdfast.batch.transfer;

import java.util.UUID;

/**
 * One stream of a disk of a VM task.
 *
 * @param taskId the VM task, which is the agent's session
 * @param diskNo 0-based among the task's disks
 * @param diskKey name of the disk in the agent protocol
 * @param streamNo 0-based within the disk
 */
public record StreamRef(UUID taskId, int diskNo, String diskKey, int streamNo) {
  /** The agent's session, as the protocol writes it. */
  public String sessionId() {
    return taskId.toString();
  }
}
