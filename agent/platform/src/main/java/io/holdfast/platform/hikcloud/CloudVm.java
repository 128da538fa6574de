package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.VmDescription;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A VM as the platform tells it [INF], with what the agent protocol has no field for.
 *
 * @param description for the product
 * @param volumes by device
 * @param status the platform's own word: ACTIVE, SHUTOFF…
 * @param taskState what the platform is doing with it; empty: nothing
 * @param agentInstalled the QEMU guest agent is in it
 */
record CloudVm(
    VmDescription description,
    List<CloudVolume> volumes,
    String status,
    String taskState,
    boolean agentInstalled) {
  static final String ACTIVE = "ACTIVE";
  static final String SHUTOFF = "SHUTOFF";

  /**
   * @param instance of {@code /instances/{id}}
   * @param volumes its own or those of {@code /instances/{id}/volumes}
   * @param host of {@code /hosts}; missing when it is not known
   */
  static CloudVm of(JsonNode instance, JsonNode volumes, JsonNode host) {
    List<CloudVolume> disks =
        StreamSupport.stream(volumes.spliterator(), false)
            .map(CloudVolume::of)
            .sorted(Comparator.comparing(CloudVolume::device))
            .toList();
    String status = instance.path("status").asText("");
    JsonNode agent = instance.path("qga");
    VmDescription.Builder vm =
        VmDescription.newBuilder()
            .setVmId(instance.path("id").asText(""))
            .setUuid(instance.path("id").asText(""))
            .setName(instance.path("name").asText(""))
            .setTitle(instance.path("name").asText(""))
            .setHostId(instance.path("hostId").asText(""))
            .setHostName(host.path("name").asText(""))
            .setHostAddress(host.path("ip").asText(""))
            .setState(state(status))
            .setCpuSockets(1)
            .setCpuCores(Math.max(1, instance.path("vcpu").asInt(1)))
            .setMemoryMib(instance.path("memoryMb").asLong(0))
            .setGuestTools(agent.path("running").asBoolean(false) ? "running" : "stopped")
            .setPlatformDocument(instance.toString());
    disks.forEach(each -> vm.addDisks(each.description()));
    for (JsonNode nic : instance.path("nics")) {
      String network = nic.path("network").asText("");
      vm.addNetworks(
          NetworkCard.newBuilder()
              .setMac(nic.path("mac").asText(""))
              .setVswitchId(network)
              .setVswitchName(network));
    }
    String task = instance.path("taskState").asText("");
    return new CloudVm(
        vm.build(),
        disks,
        status,
        task.equals("null") ? "" : task,
        agent.path("installed").asBoolean(false));
  }

  /** The product's word for a state. */
  static String state(String status) {
    return switch (status) {
      case ACTIVE -> "running";
      case SHUTOFF -> "shutOff";
      case "PAUSED" -> "paused";
      case "SUSPENDED" -> "suspended";
      case "SHELVED", "SHELVED_OFFLOADED" -> "shelved";
      default -> "unknown";
    };
  }

  String id() {
    return description.getVmId();
  }

  String name() {
    return description.getName();
  }

  boolean running() {
    return status.equals(ACTIVE);
  }

  boolean shutOff() {
    return status.equals(SHUTOFF);
  }

  Optional<CloudVolume> volume(String diskKey) {
    return volumes.stream().filter(each -> each.id().equals(diskKey)).findFirst();
  }
}
