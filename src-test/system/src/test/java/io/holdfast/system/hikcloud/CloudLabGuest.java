package io.holdfast.system.hikcloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.SimulatedCloud;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.LiveGuest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An Edge Cloud instance in which a real guest runs that boots from its RBD disk. One thread. */
final class CloudLabGuest extends LiveGuest {
  private static final int MEMORY_MEGABYTES = 256;

  private final SimulatedCloud cloud;
  private final JsonNode instance;

  /**
   * Makes an instance that is off.
   *
   * @param image raw; it is copied to the cluster
   */
  CloudLabGuest(SimulatedCloud cloud, String name, Path image) {
    this.cloud = cloud;
    this.instance =
        cloud.create(
            Map.of(
                "name",
                name,
                "boots",
                true,
                "memoryMb",
                MEMORY_MEGABYTES,
                "disks",
                List.of(Map.of("file", image.toString()))));
  }

  /** As the lab described it when it was made. */
  JsonNode instance() {
    return instance;
  }

  /** Starts it. */
  void start() {
    cloud.enter(CloudBed.id(instance), "ACTIVE");
  }

  /** Takes its power away. */
  void stop() {
    cloud.enter(CloudBed.id(instance), "SHUTOFF");
  }

  /** Deletes it, whatever its state, with its disk. */
  void delete() {
    cloud.lab().delete(path());
  }

  @Override
  public GuestReport report() {
    return new GuestReport(cloud.lab().get(path() + "/console").at("/data/text").asText());
  }

  @Override
  protected String askAgent(String command, String arguments) {
    try {
      JsonNode given = new ObjectMapper().readTree(arguments);
      return cloud
          .lab()
          .post(path() + "/agent", Map.of("execute", command, "arguments", given))
          .toString();
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(arguments, wrong);
    }
  }

  private String path() {
    return "/instances/" + CloudBed.id(instance);
  }
}
