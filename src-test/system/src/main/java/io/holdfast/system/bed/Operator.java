package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an operator does by REST, in a few words: register a CAS, make a pool and a job, run,
 * restore. Every method answers what the API answered.
 */
public final class Operator {
  private static final Duration RUN_LIMIT = Duration.ofMinutes(15);

  private final JsonHttp api;

  public Operator(JsonHttp api) {
    this.api = api;
  }

  public JsonHttp api() {
    return api;
  }

  /** Waits until one agent is online and gives its id. */
  public String onlineAgent(Duration limit) {
    JsonNode agents =
        Waiting.until(
            "an agent online",
            limit,
            () -> api.get("/agents"),
            list -> list.size() > 0 && "ONLINE".equals(list.get(0).path("state").asText()));
    return agents.get(0).path("id").asText();
  }

  public String addCas(String name, int port, String agentId) {
    return api.post("/platforms", cas(name, port, agentId, SimulatedCas.PASSWORD))
        .path("id")
        .asText();
  }

  /** A CAS registration as the API takes it. */
  public static Map<String, Object> cas(String name, int port, String agentId, String password) {
    Map<String, Object> platform = new LinkedHashMap<>();
    platform.put("name", name);
    platform.put("kind", "h3c-cas");
    platform.put("address", "127.0.0.1");
    platform.put("port", port);
    platform.put("tls", false);
    platform.put("user", SimulatedCas.USER);
    platform.put("password", password);
    platform.put("agentId", agentId);
    return platform;
  }

  /** A standard pool. */
  public String createPool(String name, String agentId, String folder) {
    return createPool(name, agentId, folder, "STANDARD");
  }

  /** A pool of a kind: STANDARD or DEDUP. */
  public String createPool(String name, String agentId, String folder, String kind) {
    return api.post(
            "/pools", Map.of("name", name, "agentId", agentId, "folder", folder, "kind", kind))
        .path("id")
        .asText();
  }

  /** The inventory node of a VM by its unique name. */
  public JsonNode vmNode(String platformId, String vmName) {
    for (JsonNode node : api.get("/platforms/" + platformId + "/inventory?refresh=true")) {
      if ("VM".equals(node.path("kind").asText()) && vmName.equals(node.path("name").asText())) {
        return node;
      }
    }
    throw new IllegalStateException("no VM " + vmName + " in the inventory");
  }

  /** A manual job with the given nodes; {@code options} replace the defaults they name. */
  public String createJob(
      String name, Place place, List<JsonNode> nodes, Map<String, Object> options) {
    return createJob(jobBody(name, place, nodes, options));
  }

  /** Makes a job as the API takes it. */
  public String createJob(Map<String, Object> job) {
    return api.post("/jobs", job).path("id").asText();
  }

  /** The body of {@link #createJob}, for tests that add to it. */
  public static Map<String, Object> jobBody(
      String name, Place place, List<JsonNode> nodes, Map<String, Object> options) {
    List<Map<String, String>> content =
        nodes.stream()
            .map(
                node ->
                    Map.of(
                        "nodeId", node.path("id").asText(),
                        "kind", node.path("kind").asText(),
                        "name", node.path("name").asText()))
            .toList();
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("name", name);
    job.put("platformId", place.platformId());
    job.put("agentId", place.agentId());
    job.put("poolId", place.poolId());
    job.put("content", content);
    job.put("plan", "MANUAL");
    job.put("type", "FULL");
    // A test that waits for a failure does not want the product to try again behind its back.
    Map<String, Object> once = new LinkedHashMap<>(Map.of("retryTimes", 0));
    once.putAll(options);
    job.put("options", once);
    return job;
  }

  /** Where a job takes from and puts to. */
  public record Place(String platformId, String agentId, String poolId) {}

  public String start(String jobId, String type) {
    return api.post("/jobs/" + jobId + "/runs", Map.of("type", type)).path("id").asText();
  }

  /** Waits for the end, whatever it is. */
  public JsonNode ended(String runId) {
    return Waiting.until(
        "the end of run " + runId, RUN_LIMIT, () -> api.get("/runs/" + runId), Operator::hasEnded);
  }

  /** Waits for the end and fails with the run's log when it is not DONE. */
  public JsonNode done(String runId) {
    JsonNode run = ended(runId);
    if (!"DONE".equals(run.path("state").asText())) {
      throw new IllegalStateException(
          "run ended " + run + "\nlog: " + api.get("/runs/" + runId + "/log").toPrettyString());
    }
    return run;
  }

  public static boolean hasEnded(JsonNode run) {
    return List.of("DONE", "PARTIAL", "FAILED", "STOPPED").contains(run.path("state").asText());
  }

  /** Restore points of a VM, newest first. */
  public JsonNode restorePoints(String platformId, String vmName) {
    return api.get("/restore-points?platformId=" + platformId + "&vm=" + JsonHttp.encode(vmName))
        .path("items");
  }

  /** Creates and starts a restore job after answering the captcha; gives the run's id. */
  public String restore(Map<String, Object> definition) {
    Map<String, Object> request = new LinkedHashMap<>(definition);
    request.putAll(captcha());
    return api.post("/restore-jobs/start", request).path("id").asText();
  }

  /** A captcha and its answer (CAS-18). */
  public Map<String, Object> captcha() {
    JsonNode challenge = api.post("/captchas", Map.of());
    return Map.of(
        "captchaId",
        challenge.path("id").asText(),
        "captcha",
        challenge.path("characters").asText());
  }
}
