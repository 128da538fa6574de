package io.holdfast.toolkit;

import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.LiveGuest;
import java.nio.file.Path;

/** An instance of the simulated Edge Cloud in which a real guest runs, on an RBD disk. */
public final class CloudGuest extends LiveGuest {
  private static final int MEMORY_MEGABYTES = 256;

  private final SimulatedCloud cloud;
  private final String id;

  private CloudGuest(SimulatedCloud cloud, String id) {
    this.cloud = cloud;
    this.id = id;
  }

  /**
   * Makes an instance that is off.
   *
   * @param image raw; it is copied to the cluster
   */
  public static CloudGuest create(SimulatedCloud cloud, Path image) {
    String order =
        String.format(
            "{\"boots\":true,\"memoryMb\":%d,\"disks\":[{\"file\":\"%s\"}]}",
            MEMORY_MEGABYTES, image);
    return new CloudGuest(cloud, cloud.instance(order));
  }

  /** The instance. */
  public String id() {
    return id;
  }

  /** Starts it. */
  public void start() {
    cloud.status(id, "ACTIVE");
  }

  /** Takes its power away. */
  public void stop() {
    cloud.status(id, "SHUTOFF");
  }

  @Override
  public GuestReport report() {
    return new GuestReport(
        cloud
            .lab("GET", "/instances/" + id + "/console", "")
            .replace("\\r", "")
            .replace("\\n", "\n"));
  }

  @Override
  protected String askAgent(String command, String arguments) {
    return cloud.lab(
        "POST",
        "/instances/" + id + "/agent",
        "{\"execute\":\"" + command + "\",\"arguments\":" + arguments + "}");
  }
}
