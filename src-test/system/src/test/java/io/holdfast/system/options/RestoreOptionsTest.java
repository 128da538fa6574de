package io.holdfast.system.options;

import static io.holdfast.system.restrictions.Trial.MIB;
import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.CvmRest;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.restrictions.GuideRows;
import io.holdfast.system.restrictions.Trial;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * S1 7.2, 7.3 and tables 4 and 5, the options of restores. Captcha: {@code DiskRestoreTest};
 * reconnect time: {@code CrashTest}.
 */
class RestoreOptionsTest extends GuideRows {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("CAS-14")
  @DisplayName("S1 table 4, parallel VMs, per host, disks; S1 7.2, prefix and suffix of a batch")
  void table4Parallelism_andNamesOfABatch() {
    List<Map<String, Object>> vms = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int host : new int[] {1, 1, 1, 2}) {
      String vm =
          trial.vm(
              "many",
              Map.of("hostId", host, "state", "shutOff"),
              disk("qcow2", "share01"),
              disk("qcow2", "share01"));
      names.add(vm);
    }
    List<JsonNode> nodes =
        names.stream().map(vm -> trial.operator().vmNode(bed.place().platformId(), vm)).toList();
    String job =
        trial
            .operator()
            .createJob(
                Bed.name("many"), bed.place(), nodes, Map.of("parallelVms", 4, "vmsPerHost", 4));
    trial.operator().done(trial.operator().start(job, "FULL"));
    for (String vm : names) {
      Map<String, Object> one = trial.toNewVm(trial.point(vm), "");
      one.remove("name");
      one.remove("newVmName");
      one.putAll(Map.of("parallelVms", 3, "vmsPerHost", 2, "disksPerVm", 2));
      vms.add(one);
    }
    Map<String, Object> batch = new HashMap<>(trial.operator().captcha());
    batch.putAll(Map.of("name", Bed.name("batch"), "vms", vms, "prefix", "pre-", "suffix", "-suf"));
    bed.cas().lab().delete("/lab/usage");
    bed.cas().fault(Map.of("match", "data-plane write", "action", "hang", "times", 0));
    String run = bed.api().post("/restore-jobs/batch", batch).path("id").asText();
    JsonNode held =
        Waiting.until("three VMs at once", SOON, this::peak, p -> p.path("disks").asInt() == 6);
    assertEquals(6, held.path("writableDisks").asInt(), held.toString());
    bed.cas().clearFaults();
    trial.operator().done(run);
    JsonNode peak = peak();
    assertEquals(3, peak.path("vms").asInt(), peak.toString());
    assertEquals(2, peak.path("vmsPerHost").asInt(), peak.toString());
    assertEquals(2, peak.path("disksPerVm").asInt(), peak.toString());
    for (String vm : names) {
      assertEquals(digest(vm, "vdb"), digest("pre-" + vm + "-suf", "vdb"));
    }
  }

  private JsonNode peak() {
    return bed.cas().lab().get("/lab/usage").path("peak");
  }

  @Test
  @Tag("CAS-16")
  @DisplayName(
      "S1 table 4, overwrite: the VM of that name goes, its volumes stay; not protected ones")
  void table4Overwrite_theVmGoesAndItsVolumesStay() {
    String vm = trial.vm("over", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    String taken = trial.vm("over-taken", "shutOff", disk("qcow2", "share01"));
    String old = trial.id(taken);
    String path = pathOf(taken, 0);
    Map<String, Object> definition = trial.toNewVm(point, taken);
    definition.put("overwrite", true);
    bed.cas().lab().put("/lab/vm/" + taken, Map.of("protected", true));
    ApiProblem refused = Trial.refusal(() -> trial.operator().restore(definition));
    assertEquals("VM_PROTECTED", refused.error(), refused.getMessage());
    bed.cas().lab().put("/lab/vm/" + taken, Map.of("protected", false));
    trial.restored(definition);
    assertNotEquals(old, trial.id(taken));
    assertEquals(digest(vm, "vda"), digest(taken, "vda"));
    assertTrue(
        Files.exists(bed.cas().volume("share01", path.substring(path.lastIndexOf('/') + 1))),
        "the volume of the VM that went: " + path);
  }

  private String pathOf(String vm, int disk) {
    return CvmRest.list(bed.cas().rest().vm(vm), "storage").get(disk).path("path").asText();
  }

  @Test
  @Tag("CAS-13")
  @Tag("CAS-16")
  @DisplayName("S1 table 4, start after the restore, keep the MAC address, original path")
  void table4StartAndMac_theVmRunsWithItsAddress() {
    String vm = trial.vm("mac", "shutOff", disk("qcow2", "share01"));
    String mac = macOf(vm);
    JsonNode point = pointOf(vm);
    String copy = Bed.name("mac-copy");
    trial.restored(trial.toNewVm(point, copy));
    assertNotEquals(mac, macOf(copy));
    assertEquals("shutOff", trial.power(copy), "not asked to start");
    String disk = digest(vm, "vda");
    bed.cas().deleteVm(vm);
    Map<String, Object> definition = trial.toOriginal(point);
    definition.putAll(Map.of("keepMac", true, "startAfter", true));
    trial.restored(definition);
    assertEquals(mac, macOf(vm));
    assertEquals("running", trial.power(vm));
    assertEquals(disk, digest(vm, "vda"));
  }

  private String macOf(String vm) {
    return CvmRest.list(bed.cas().rest().vm(vm), "network").get(0).path("mac").asText();
  }

  @Test
  @Tag("CAS-17")
  @DisplayName("S1 table 4, restart: a VM that gets a new disk runs afterwards")
  void table4Restart_theTargetOfADiskRunsAfterwards() {
    String vm = trial.vm("disk", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    String off = trial.vm("disk-off", "shutOff", disk("qcow2", "share01"));
    trial.restored(with(trial.toNewDisk(point, "vda", off), "startAfter", true));
    assertEquals("running", trial.power(off));
    assertEquals(digest(vm, "vda"), digest(off, "vdb"));
  }

  @Test
  @Tag("CAS-08")
  @Tag("CAS-09")
  @Tag("OPT-11")
  @DisplayName("S1 table 4, preferred network; table 5, CVD-SDK write buffer, write limit")
  void table4Network_table5BufferAndLimit_reachTheLibrary() {
    String vm = trial.vm("net", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    Map<String, Object> definition = trial.toNewVm(point, Bed.name("net-copy"));
    definition.putAll(
        Map.of("dataPlane", "SDK", "bufferBytes", 131072, "preferredNetwork", "MANAGEMENT"));
    definition.put("limits", Trial.holding(Map.of()).get("limits"));
    long since = bed.cas().lab().get("/lab/journal?limit=0").path("last").asLong();
    String run = trial.operator().restore(definition);
    JsonNode held =
        Waiting.until(
            "the restore held by its limit",
            SOON,
            () -> bed.api().get("/runs/" + run),
            now -> "RUNNING".equals(now.at("/vms/0/state").asText()));
    assertTrue(held.at("/limit/held").asBoolean(), held.toString());
    assertEquals(0, held.path("doneBytes").asLong(), held.toString());
    // Adaptive would take this one, which nobody can reach.
    String unreachable = "/lab/host/1/vswitch/vswitch-restores";
    bed.cas()
        .lab()
        .put(unreachable, Map.of("kind", "backup", "address", "127.64.7.2", "reachable", false));
    try {
      trial.letGo(run);
      trial.operator().done(run);
    } finally {
      bed.cas().lab().delete(unreachable);
    }
    String calls = bed.cas().lab().get("/lab/journal?kind=cvd&since=" + since).toString();
    assertTrue(calls.contains("mode=rw blockSize=131072"), calls);
  }

  @Test
  @Tag("CAS-14")
  @DisplayName(
      "S1 7.2, host, name, preallocation, volume, second-level folder, networks, CPU and memory")
  void newPath_everythingThatCanBeChosen() {
    String vm =
        trial.vm(
            "path",
            "shutOff",
            disk("qcow2", "share01"),
            disk("qcow2", "share01"),
            disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    JsonNode offered =
        bed.api().get("/platforms/" + bed.place().platformId() + "/hosts/2/resources");
    Map<String, Object> card =
        Map.of(
            "vswitchId", offered.at("/vswitches/0/id").asText(),
            "profileId", offered.at("/profiles/0/id").asText());
    String copy = Bed.name("path-copy");
    Map<String, Object> definition = with(trial.toNewVm(point, copy), "targetHostId", "2");
    definition.putAll(Map.of("cpuSockets", 2, "cpuCores", 3, "memoryMib", 1536));
    definition.putAll(Map.of("cpuMode", "host-model", "networks", List.of(card, card)));
    definition.put(
        "disks",
        List.of(
            Map.of("diskKey", Trial.diskKey(point, "vda"), "preallocation", "thin"),
            Map.of(
                "diskKey",
                Trial.diskKey(point, "vdb"),
                "preallocation",
                "lazy-zeroed",
                "folder",
                copy + "_dir"),
            Map.of(
                "diskKey",
                Trial.diskKey(point, "vdc"),
                "preallocation",
                "eager-zeroed",
                "volumeName",
                copy + "-vol")));
    trial.restored(definition);
    JsonNode made = bed.cas().rest().vm(copy);
    assertEquals("2", made.path("hostId").asText(), made.toString());
    assertEquals(2, CvmRest.list(made, "network").size(), made.toString());
    assertEquals(2, made.at("/cpu/cpuSockets").asInt(), made.toString());
    assertEquals(3, made.at("/cpu/cpuCores").asInt(), made.toString());
    assertEquals("host-model", made.at("/cpu/cpuMode").asText(), made.toString());
    assertEquals(1536, made.at("/memory/size").asInt(), made.toString());
    assertTrue(pathOf(copy, 1).contains("/" + copy + "_dir/"), pathOf(copy, 1));
    assertTrue(pathOf(copy, 2).endsWith("/" + copy + "-vol"), pathOf(copy, 2));
    assertTrue(bed.cas().allocatedBytes(copy, "vda") < 8 * MIB, "thin");
    assertTrue(bed.cas().allocatedBytes(copy, "vdb") >= 16 * MIB, "lazy zeroed");
    assertTrue(bed.cas().allocatedBytes(copy, "vdc") >= 16 * MIB, "eager zeroed");
    for (String device : List.of("vda", "vdb", "vdc")) {
      assertEquals(digest(vm, device), digest(copy, device), device);
    }
  }
}
