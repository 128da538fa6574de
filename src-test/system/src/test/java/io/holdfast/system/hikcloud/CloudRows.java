package io.holdfast.system.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.SimulatedCloud;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What tests of the Edge Cloud guide's rows have in common: the shared bed; no fault of the lab
 * outlives a test.
 */
@ExtendWith(CloudBed.Shared.class)
abstract class CloudRows {
  static final long MIB = 1 << 20;
  static final Duration SOON = Duration.ofSeconds(60);

  CloudBed bed;
  SimulatedCloud cloud;

  @BeforeEach
  void begin(CloudBed shared) {
    bed = shared;
    cloud = shared.cloud();
  }

  @AfterEach
  void calm() {
    cloud.clearFaults();
  }

  /** A running instance with one disk of 16 MiB that holds 4 MiB of data. */
  JsonNode written(String what) {
    JsonNode instance = bed.running(what, 16 * MIB);
    cloud.write(CloudBed.id(instance), 0, 4 * MIB, 4 * MIB, 0x41);
    return instance;
  }

  /** A full backup with these options, whatever its end; the only VM of the run. */
  JsonNode backUp(JsonNode instance, Map<String, Object> options) {
    return bed.run(bed.job(instance, options), "FULL");
  }

  /** The restore point of a full backup made now. */
  JsonNode pointOf(JsonNode instance) {
    assertSealed(backUp(instance, Map.of()), "FULL");
    return bed.point(instance);
  }

  static void assertSealed(JsonNode task, String type) {
    assertEquals("DONE", task.path("state").asText(), task.toString());
    assertEquals(type, task.path("type").asText(), task.toString());
  }

  static void assertRefused(JsonNode task, String code, String... words) {
    assertEquals("FAILED", task.path("state").asText(), task.toString());
    assertEquals(code, task.path("error").asText(), task.toString());
    for (String word : words) {
      assertTrue(task.path("message").asText().contains(word), word + " in " + task);
    }
  }

  /** What the API said when it refused. */
  static ApiProblem refusal(Supplier<?> call) {
    try {
      Object answer = call.get();
      throw new AssertionError("was not refused: " + answer);
    } catch (ApiProblem refused) {
      return refused;
    }
  }

  static Map<String, Object> with(Map<String, Object> all, String name, Object value) {
    Map<String, Object> changed = new HashMap<>(all);
    changed.put(name, value);
    return changed;
  }

  /** Options that hold every run of a job from its beginning. */
  static Map<String, Object> holding(Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(options);
    all.put("limits", Map.of("disk", Map.of("otherwiseBytesPerSecond", 0)));
    return all;
  }

  void letGo(String run) {
    bed.api().put("/runs/" + run + "/limits", Map.of());
  }

  /** Waits until so many VMs of a held run are at work, and gives the run. */
  JsonNode atWork(String run, int vms) {
    return Waiting.until(
        vms + " VMs of run " + run + " at work",
        SOON,
        () -> bed.api().get("/runs/" + run),
        now -> states(now, "RUNNING") == vms && now.path("plannedBytes").asLong() > 0);
  }

  static long states(JsonNode run, String state) {
    long count = 0;
    for (JsonNode vm : run.path("vms")) {
      count += state.equals(vm.path("state").asText()) ? 1 : 0;
    }
    return count;
  }

  /** Snapshots that stand in the image of a disk. */
  List<String> snapshots(JsonNode instance, int disk) {
    return cloud
        .rbd("snap", "ls", SimulatedCloud.POOL + "/" + CloudBed.image(instance, disk))
        .lines()
        .skip(1)
        .toList();
  }

  /** Kills the backup host's agent with no chance to tidy up. */
  void killAgent() {
    bed.bed().installation().kill("agent");
  }

  /** Starts it again as an operator would. */
  void startAgent() {
    bed.bed().installation().holdfast("start").orFail();
    bed.operator().onlineAgent(SOON);
  }

  /**
   * Nothing of a run's only VM stands but its kept snapshot, beside those that earlier ones keep.
   */
  void assertOnlyKept(JsonNode instance, JsonNode run) {
    String kept = "kept-holdfast-" + run.at("/vms/0/taskId").asText();
    List<String> names =
        Waiting.until(
            "snapshots that are kept",
            SOON,
            () -> names(instance),
            all -> all.stream().allMatch(name -> name.startsWith("kept-")));
    assertTrue(names.contains(kept), kept + " in " + names);
    assertEquals(names.size(), snapshots(instance, 0).size(), names.toString());
  }

  /** Names of the snapshots of a VM on the platform. */
  private List<String> names(JsonNode instance) {
    return bed.api()
        .get(
            "/platforms/"
                + bed.place().platformId()
                + "/vms/"
                + CloudBed.id(instance)
                + "/snapshots")
        .findValuesAsText("name");
  }
}
