package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.SimulatorProcess;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What happens to hosts and VMs between two backups (S1 table 7; S1 6.5): migration, a host that is
 * deleted and added again, a VM registered anew, releases that cannot track. On a platform of its
 * own, since its hosts change.
 */
@ExtendWith(Bed.Shared.class)
class HostEventsTest {
  @TempDir static Path folder;
  private static Bed bed;
  private static SimulatorProcess simulator;
  private static SimulatedCas cas;
  private static Operator.Place place;

  @BeforeAll
  static void start(Bed shared) throws Exception {
    bed = shared;
    simulator =
        SimulatorProcess.start(Bed.ROOT, folder, "127.64.1.1,127.64.1.2", "--seed", "hosts");
    cas = simulator.cas();
    String platform =
        bed.operator().addCas(Bed.name("hosts"), cas.cvmPort(), bed.place().agentId());
    place = new Operator.Place(platform, bed.place().agentId(), bed.place().poolId());
  }

  @AfterAll
  static void stop() throws Exception {
    simulator.close();
  }

  private static String vm(String what) {
    String name = Bed.name(what);
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("name", name);
    order.put("hostId", 1);
    order.put("state", "running");
    order.put("disks", List.of(disk("qcow2", "share01")));
    cas.createVm(order);
    return name;
  }

  private static String job(String vm) {
    Operator operator = bed.operator();
    return operator.createJob(
        Bed.name("job " + vm),
        place,
        List.of(operator.vmNode(place.platformId(), vm)),
        Map.of("retryTimes", 0));
  }

  /** What the check says of a job for a VM that is not saved. */
  private static String unsaved(String vm, String query) {
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    Map<String, Object> wanted =
        Operator.jobBody(Bed.name("unsaved"), place, List.of(node), Map.of());
    return bed.api().post("/jobs/check" + query, wanted).toString();
  }

  /** JOB-07: it rings until somebody has seen it. */
  private static void assertAlarm(String vm, String run) {
    JsonNode open = bed.api().get("/alarms?q=" + vm);
    assertEquals(1, open.path("total").asInt(), open.toString());
    JsonNode alarm = open.path("items").path(0);
    assertEquals("HOST_REGISTERED_ANEW", alarm.path("code").asText(), open.toString());
    assertEquals("FAILED", alarm.path("kind").asText(), open.toString());
    assertEquals(run, alarm.path("runId").asText(), open.toString());
    bed.api().post("/alarms/" + alarm.path("id").asText() + "/acknowledge", Map.of());
    assertEquals(0, bed.api().get("/alarms?q=" + vm).path("total").asInt());
    assertEquals(1, bed.api().get("/alarms?open=false&q=" + vm).path("total").asInt());
  }

  private static JsonNode cluster() {
    for (JsonNode node :
        bed.api().get("/platforms/" + place.platformId() + "/inventory?refresh=true")) {
      if ("CLUSTER".equals(node.path("kind").asText())) {
        return node;
      }
    }
    throw new IllegalStateException("no cluster");
  }

  private static JsonNode run(String job, String type) {
    return bed.operator().ended(bed.operator().start(job, type));
  }

  private static void assertType(JsonNode run, String type, String reason) {
    JsonNode task = run.path("vms").path(0);
    assertEquals("DONE", task.path("state").asText(), run.toString());
    assertEquals(type, task.path("type").asText(), run.toString());
    assertTrue(log(run).contains(reason), reason + " in " + log(run));
    assertTrue(cas.leftovers().path("clean").asBoolean(), cas.leftovers().toString());
  }

  private static String log(JsonNode run) {
    return bed.api().get("/runs/" + run.path("id").asText() + "/log").toString();
  }

  @Test
  @Tag("CAS-04")
  void migrationMakesTheNextBackupFullAndSaysSo() {
    String vm = vm("migrated");
    String job = job(vm);
    assertType(run(job, "FULL"), "FULL", "");
    cas.lab().post("/lab/vm/" + vm + "/migrate", Map.of("hostId", 2));
    assertType(run(job, "INCREMENTAL"), "FULL", "FULL_VM_MIGRATED");
    assertType(run(job, "INCREMENTAL"), "INCREMENTAL", "");
    cas.deleteVm(vm);
  }

  @Test
  @Tag("CAS-24")
  void backup21_aVmRegisteredAnewUnderAnotherIdIsFoundByItsUuidAndBeginsInFull() {
    String vm = vm("renumbered");
    String job = job(vm);
    assertType(run(job, "FULL"), "FULL", "");
    cas.lab().post("/lab/vm/" + vm + "/renumber", Map.of("newId", 7077));
    JsonNode found = run(job, "INCREMENTAL");
    assertType(found, "FULL", "FULL_NO_BASE");
    assertTrue(log(found).contains("VM_FOUND_BY_UUID"), log(found));
    assertEquals("7077", found.path("vms").path(0).path("vmId").asText(), found.toString());
    assertType(run(job, "INCREMENTAL"), "INCREMENTAL", "");
    cas.deleteVm(vm);
  }

  @Test
  @Tag("CAS-24")
  void backup21_anotherVmUnderTheOldNameIsNotTakenForIt() {
    String vm = vm("replaced");
    String job = job(vm);
    assertType(run(job, "FULL"), "FULL", "");
    cas.lab().post("/lab/vm/" + vm + "/renumber", Map.of("newId", 7078, "newUuid", true));
    JsonNode run = run(job, "INCREMENTAL");
    assertEquals("FAILED", run.path("state").asText(), run.toString());
    cas.deleteVm(vm);
  }

  /** S1 6.5: a job whose VMs or hosts were selected asks for a new one; a cluster's goes on. */
  @Test
  @Tag("CAS-04")
  @Tag("CAS-12")
  @Tag("JOB-07")
  void backup06_aHostDeletedAndAddedAgainAsksForANewJob() {
    String vm = vm("rehosted");
    String old = job(vm);
    assertType(run(old, "FULL"), "FULL", "");
    String wide =
        bed.operator()
            .createJob(Bed.name("wide"), place, List.of(cluster()), Map.of("retryTimes", 0));
    assertType(run(wide, "FULL"), "FULL", "");
    String id = cas.lab().post("/lab/host/1", Map.of("newId", 71)).path("id").asText();
    try {
      JsonNode refused = run(old, "INCREMENTAL");
      assertEquals("FAILED", refused.path("state").asText(), refused.toString());
      JsonNode task = refused.path("vms").path(0);
      assertEquals("HOST_REGISTERED_ANEW", task.path("error").asText(), refused.toString());
      assertTrue(task.toString().contains(vm), refused.toString());
      assertAlarm(vm, refused.path("id").asText());
      JsonNode check = bed.api().post("/jobs/" + old + "/check", Map.of());
      assertTrue(check.toString().contains("HOST_REGISTERED_ANEW"), check.toString());
      assertTrue(unsaved(vm, "?jobId=" + old).contains("HOST_REGISTERED_ANEW"), "an edit of it");
      assertFalse(unsaved(vm, "").contains("HOST_REGISTERED_ANEW"), "a new job");
      String anew = job(vm);
      assertType(run(anew, "INCREMENTAL"), "FULL", "FULL_HOST_CHANGED");
      assertType(run(wide, "FULL"), "FULL", "");
      assertType(run(anew, "INCREMENTAL"), "INCREMENTAL", "");
    } finally {
      cas.lab().post("/lab/host/" + id, Map.of("newId", 1));
      cas.deleteVm(vm);
    }
  }

  @Test
  @Tag("CAS-06")
  void backup17and18_releasesThatCannotTrackMakeFullBackups() {
    String vm = vm("e0760");
    try {
      cas.lab().put("/lab/host/1", Map.of("release", "E0760"));
      String job = job(vm);
      assertType(run(job, "FULL"), "FULL", "");
      assertType(run(job, "INCREMENTAL"), "FULL", "FULL_TRACKING");
      cas.lab().put("/lab/host/1", Map.of("release", "E0730"));
      assertType(run(job, "INCREMENTAL"), "FULL", "FULL_TRACKING");
    } finally {
      cas.lab().put("/lab/host/1", Map.of("release", "E0785P03"));
      cas.deleteVm(vm);
    }
  }
}
