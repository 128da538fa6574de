package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lab side of the simulated Edge Cloud, and its disks in the Ceph cluster: instances, their
 * guests' writes, states, digests of whole disks, faults. Its protocol is in the simulator's {@code
 * doc/hikcloud-simulator.md}.
 */
public final class SimulatedCloud {
  /** What the simulator accepts unless told otherwise. */
  public static final String ACCESS_KEY = "AKLAB";

  public static final String SECRET_KEY = "SKLAB";

  /** The Ceph pool of all volumes. */
  public static final String POOL = "rbd";

  private final int port;
  private final JsonHttp lab;
  private final Path configuration;

  /**
   * @param port of the platform's interface
   * @param labPort of its lab
   * @param configuration the cluster's {@code ceph.conf}
   */
  public SimulatedCloud(int port, int labPort, Path configuration) {
    this.port = port;
    this.lab = new JsonHttp("http://127.0.0.1:" + labPort);
    this.configuration = configuration;
  }

  public int port() {
    return port;
  }

  public JsonHttp lab() {
    return lab;
  }

  public Path configuration() {
    return configuration;
  }

  /** A registration as the API takes it; the secret as given. */
  public Map<String, Object> registration(String name, String agentId, String secret) {
    Map<String, Object> platform = new LinkedHashMap<>();
    platform.put("name", name);
    platform.put("kind", "hikcloud");
    platform.put("address", "127.0.0.1");
    platform.put("port", port);
    platform.put("user", ACCESS_KEY);
    platform.put("password", secret);
    platform.put("agentId", agentId);
    return platform;
  }

  /** The Ceph pool as the API takes it. */
  public Map<String, Object> storage(String agentId) {
    Map<String, Object> storage = new LinkedHashMap<>();
    storage.put("pool", POOL);
    storage.put("agentId", agentId);
    storage.put("configuration", configuration.toString());
    return storage;
  }

  /** An instance that is off, with empty disks of these sizes; gives it with its volumes. */
  public JsonNode create(String name, long... sizes) {
    List<Map<String, Object>> disks =
        Arrays.stream(sizes).mapToObj(size -> Map.<String, Object>of("sizeBytes", size)).toList();
    return create(Map.of("name", name, "disks", disks));
  }

  /** An instance as the simulator's document says. */
  public JsonNode create(Map<String, Object> order) {
    return lab.post("/instances", order).path("data");
  }

  /** Any state: ACTIVE, SHUTOFF, PAUSED, SUSPENDED, SHELVED… */
  public void enter(String instance, String status) {
    lab.post("/instances/" + instance + "/status", Map.of("status", status));
  }

  /** The state now. */
  public String status(String instance) {
    return stored(instance).path("status").asText();
  }

  /** As the lab has it, with {@code freezeLog}. */
  public JsonNode stored(String instance) {
    return lab.get("/instances/" + instance).path("data");
  }

  /** Whether the guest agent runs. */
  public void agent(String instance, boolean running) {
    lab.post("/instances/" + instance + "/qga", Map.of("running", running));
  }

  /** The guest of a running instance fills a range with one byte. */
  public void write(String instance, int disk, long offset, long length, int pattern) {
    String command = "write -P " + pattern + " " + offset + " " + length;
    lab.post("/instances/" + instance + "/io", Map.of("disk", disk, "command", command));
  }

  public void fault(Map<String, Object> fault) {
    lab.post("/faults", fault);
  }

  public void clearFaults() {
    lab.delete("/faults");
  }

  /** SHA-256 of a whole image of the pool. */
  public String digest(String image) {
    String script =
        "set -o pipefail; rbd export --no-progress \"$1\" - | sha256sum | cut -d' ' -f1";
    return run(List.of("bash", "-c", script, "bash", POOL + "/" + image)).strip();
  }

  /** Runs {@code rbd}; gives its standard output. */
  public String rbd(String... arguments) {
    List<String> command = new ArrayList<>(List.of("rbd"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private String run(List<String> command) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("CEPH_CONF", configuration.toString());
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + ": " + said);
      }
      return said;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
