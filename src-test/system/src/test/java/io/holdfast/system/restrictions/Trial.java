package io.holdfast.system.restrictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What every row's test does: a VM of some shape, a job, a run, a look at how it ended. */
public final class Trial {
  public static final long MIB = 1 << 20;

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Bed bed;

  public Trial(Bed bed) {
    this.bed = bed;
  }

  /** A small disk of a format in a pool; pools with telling names are made when named. */
  public static Map<String, Object> disk(String format, String pool) {
    Map<String, Object> disk = new LinkedHashMap<>();
    disk.put("sizeBytes", 16 * MIB);
    disk.put("format", format);
    disk.put("pool", pool);
    disk.put(
        "content", List.of(Map.of("offset", MIB, "length", 2 * MIB, "kind", "random", "seed", 77)));
    return disk;
  }

  public static Map<String, Object> with(Map<String, Object> disk, String name, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(disk);
    changed.put(name, value);
    return changed;
  }

  /** Makes a VM and gives its name. */
  @SafeVarargs
  public final String vm(String what, String state, Map<String, Object>... disks) {
    return vm(what, Map.of("state", state), disks);
  }

  @SafeVarargs
  public final String vm(String what, Map<String, Object> more, Map<String, Object>... disks) {
    String name = Bed.name(what);
    Map<String, Object> order = new LinkedHashMap<>(more);
    order.put("name", name);
    order.put("title", name);
    order.put("disks", List.of(disks));
    bed.cas().createVm(order);
    return name;
  }

  /** A job for one VM. */
  public String job(String vm, Map<String, Object> options) {
    return bed.jobFor(vm, options);
  }

  /** Runs a job to its end, whatever it is, and gives the only VM of the run. */
  public JsonNode run(String job, String type) {
    JsonNode run = bed.operator().ended(bed.operator().start(job, type));
    assertEquals(1, run.path("vms").size(), run.toString());
    return run.path("vms").get(0);
  }

  public JsonNode backUp(String vm, String type, Map<String, Object> options) {
    return run(job(vm, options), type);
  }

  public void assertSealed(JsonNode task, String type) {
    assertEquals("DONE", task.path("state").asText(), task.toString());
    assertEquals(type, task.path("type").asText(), task.toString());
    assertClean();
  }

  public void assertRefused(JsonNode task, String code, String... words) {
    assertEquals("FAILED", task.path("state").asText(), task.toString());
    assertEquals(code, task.path("error").asText(), task.toString());
    for (String word : words) {
      assertTrue(task.path("message").asText().contains(word), word + " in " + task);
    }
    assertClean();
  }

  private void assertClean() {
    JsonNode leftovers = bed.cas().leftovers();
    assertEquals(0, leftovers.path("snapshots").size(), leftovers.toString());
    assertEquals(0, leftovers.path("openHandles").asInt(), leftovers.toString());
  }

  /** The newest restore point of a VM, in full. */
  public JsonNode point(String vm) {
    JsonNode points = bed.operator().restorePoints(bed.place().platformId(), vm);
    return bed.api().get("/restore-points/" + points.path(0).path("id").asText());
  }

  /** A restore to a new VM of the given name on the host of the old one. */
  public Map<String, Object> toNewVm(JsonNode point, String name) {
    Map<String, Object> definition = definition(point, "NEW_VM");
    definition.put("newVmName", name);
    definition.put("targetHostId", point.path("hostId").asText());
    return definition;
  }

  public Map<String, Object> toOriginal(JsonNode point) {
    Map<String, Object> definition = definition(point, "ORIGINAL_VM");
    definition.put("overwrite", true);
    return definition;
  }

  private Map<String, Object> definition(JsonNode point, String mode) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", Bed.name("restore"));
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", bed.place().platformId());
    definition.put("mode", mode);
    return definition;
  }

  public JsonNode restored(Map<String, Object> definition) {
    return bed.operator().done(bed.operator().restore(definition));
  }

  public JsonNode notRestored(Map<String, Object> definition) {
    JsonNode run = bed.operator().ended(bed.operator().restore(definition));
    assertEquals("FAILED", run.path("state").asText(), run.toString());
    return run.path("vms").get(0);
  }

  /** What the API said when it refused. */
  public static ApiProblem refusal(Supplier<?> call) {
    try {
      Object answer = call.get();
      throw new AssertionError("was not refused: " + answer);
    } catch (ApiProblem refused) {
      return refused;
    }
  }

  /**
   * Waits until the snapshot of a run stands that a limit holds: what is there while a backup is at
   * work can be looked at for as long as is wanted. Gives the run's id again.
   */
  public String held(String vm, String run) {
    Waiting.until(
        "the snapshot of " + vm, SOON, () -> bed.cas().snapshots(vm), names -> !names.isEmpty());
    return run;
  }

  /** Options that hold every run of a job from its beginning. */
  public static Map<String, Object> holding(Map<String, Object> options) {
    return with(options, "limits", Map.of("disk", Map.of("otherwiseBytesPerSecond", 0)));
  }

  /** Lets a held run go on. */
  public void letGo(String run) {
    bed.api().put("/runs/" + run + "/limits", Map.of());
  }

  /** Waits until a run's only VM is in a state. */
  public JsonNode until(String run, String state) {
    return Waiting.until(
        state + " of run " + run,
        SOON,
        () -> bed.api().get("/runs/" + run),
        now -> state.equals(now.path("state").asText()));
  }

  /** What the platform says of a VM's power: running, shutOff, paused, unknown. */
  public String power(String vm) {
    for (JsonNode each : bed.cas().lab().get("/lab/vm").path("vms")) {
      if (vm.equals(each.path("name").asText())) {
        return each.path("status").asText();
      }
    }
    throw new IllegalStateException("no VM " + vm);
  }

  /** The log of a run with all its texts. */
  public String log(String run) {
    return bed.api().get("/runs/" + run + "/log").toString();
  }

  /** The log of the newest run of a job. */
  public String logOf(String job) {
    return log(newestRun(job).path("id").asText());
  }

  /** The newest run of a job, as in the list. */
  public JsonNode newestRun(String job) {
    return bed.api().get("/runs?jobId=" + job).path("items").path(0);
  }

  /** What a disk is called in a restore point. */
  public static String diskKey(JsonNode point, String device) {
    for (JsonNode disk : point.path("disks")) {
      if (device.equals(disk.path("device").asText())) {
        return disk.path("diskKey").asText();
      }
    }
    throw new IllegalStateException("no " + device + " in " + point);
  }

  /** A restore of a disk to a new disk of another VM. */
  public Map<String, Object> toNewDisk(JsonNode point, String device, String target) {
    Map<String, Object> definition = definition(point, "NEW_DISK");
    definition.put("targetVmId", id(target));
    definition.put("disks", List.of(Map.of("diskKey", diskKey(point, device))));
    return definition;
  }

  /** A restore of a disk over itself. */
  public Map<String, Object> toOriginalDisk(JsonNode point, String device) {
    Map<String, Object> definition = definition(point, "ORIGINAL_DISK");
    definition.put("overwrite", true);
    definition.put("disks", List.of(Map.of("diskKey", diskKey(point, device))));
    return definition;
  }

  /** The platform's id of a VM. */
  public String id(String vm) {
    for (JsonNode each : bed.cas().lab().get("/lab/vm").path("vms")) {
      if (vm.equals(each.path("name").asText())) {
        return each.path("id").asText();
      }
    }
    throw new IllegalStateException("no VM " + vm);
  }

  /** Codes of the lines in the log of the newest run of a job. */
  public List<String> logCodes(String job) {
    JsonNode runs = bed.api().get("/runs?jobId=" + job).path("items");
    JsonNode log = bed.api().get("/runs/" + runs.path(0).path("id").asText() + "/log");
    List<String> codes = new ArrayList<>();
    (log.has("items") ? log.path("items") : log)
        .forEach(line -> codes.add(line.path("code").asText()));
    return codes;
  }

  public Operator operator() {
    return bed.operator();
  }
}
