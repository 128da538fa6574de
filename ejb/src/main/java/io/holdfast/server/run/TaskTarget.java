package io.holdfast.server.run;

/**
 * The VM a task works on.
 *
 * @param vmId the platform's id of the VM; of a restore to a new VM empty until it exists
 * @param vmUuid its UUID, empty when unknown
 * @param vmName name for people
 * @param hostId hypervisor host it runs on or will be made on; empty when unknown
 * @param hostName host's name for people
 */
public record TaskTarget(
    String vmId, String vmUuid, String vmName, String hostId, String hostName) {
  /**
   * What no two tasks may work on at the same time: the VM, or the new VM's name on its host
   * (CAS-18).
   */
  public String exclusiveKey() {
    return vmId.isEmpty() ? "new/" + hostId + "/" + vmName : "vm/" + vmId;
  }
}
