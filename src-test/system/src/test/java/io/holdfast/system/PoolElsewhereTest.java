package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.restrictions.Trial;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two agents: a job whose pool is on the other one, and two backup hosts for one platform. In an
 * installation of its own: others count on one agent.
 */
class PoolElsewhereTest {
  private static final long MIB = 1 << 20;

  @TempDir static Path folder;
  private static Bed bed;
  private static StorageAgent storage;

  @BeforeAll
  static void start() throws IOException {
    bed = Bed.own("two agents", Map.of("HOLDFAST_PLATFORM_LOOK_SECONDS", "2"));
    // The other agent knows no name but localhost, not even its own machine's.
    Path names = folder.resolve("hosts");
    Files.writeString(names, "127.0.0.1 localhost\n");
    storage = StorageAgent.start(bed, "-Djdk.net.hosts.file=" + names);
  }

  @AfterAll
  static void stop() {
    bed.close();
  }

  @Test
  @Tag("OPT-02")
  @Tag("OPT-08")
  @Tag("OPT-09")
  @Tag("RST-02")
  @DisplayName("S1 table 3, resume buffer; a pool of another agent, its absence and its return")
  void aPoolOfAnotherAgentIsBackedUpToAndRestoredFromAndItsAbsenceIsTold() {
    String pool = pool("elsewhere", "DEDUP");
    String vm = vm("far", 256 * MIB, 64 * MIB);
    String job = job(vm, bed.place().agentId(), pool, Map.of("resumeBufferMib", 1));

    bed.operator().done(bed.operator().start(job, "FULL"));
    bed.operator().done(bed.operator().start(job, "INCREMENTAL"));

    assertEquals(
        storage.id(), bed.api().get("/pools/" + pool).path("agentId").asText(), "shown in REST");
    RestoredCopy.assertIdentical(bed, vm);
    storage.kill();
    String run = bed.operator().start(job, "FULL");
    assertEquals("FAILED", bed.operator().ended(run).path("state").asText());
    String log = bed.api().get("/runs/" + run + "/log").toString();
    assertTrue(log.contains(Integer.toString(storage.port())), log);
    storage.startAgain();
    bed.operator().done(bed.operator().start(job, "FULL"));
  }

  @Test
  @Tag("RES-01")
  @DisplayName("S1 table 7, backup 3: a name that the server resolves and the backup host does not")
  void table7Backup03_aNameThatOnlyTheServerResolves() throws IOException {
    String name = InetAddress.getLocalHost().getHostName();
    Map<String, Object> wanted =
        Operator.cas(Bed.name("name"), bed.cas().cvmPort(), storage.id(), SimulatedCas.PASSWORD);
    wanted.put("address", name);
    ApiProblem refused = assertThrows(ApiProblem.class, () -> bed.api().post("/platforms", wanted));
    assertEquals("PLATFORM_NAME_UNRESOLVED", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains(name), refused.getMessage());
  }

  @Test
  @Tag("CAS-06")
  @Tag("CAS-24")
  @DisplayName(
      "S1 table 7, backup 23 and environment 6: one VM and one host, two backup hosts at once")
  void table7Backup23AndEnvironment06_twoBackupHostsAtOnce() {
    String other = pool("second", "STANDARD");
    String vm = vm("both", 16 * MIB, MIB);
    String beside = vm("beside", 16 * MIB, MIB);
    Map<String, Object> held =
        Map.of("limits", Map.of("disk", Map.of("otherwiseBytesPerSecond", 0)));
    String first =
        bed.operator().start(job(vm, bed.place().agentId(), bed.place().poolId(), held), "FULL");
    Waiting.until(
        "its snapshot", Duration.ofSeconds(60), () -> bed.cas().snapshots(vm), s -> s.size() == 1);
    String second = bed.operator().start(job(vm, storage.id(), other, Map.of()), "FULL");
    String third = bed.operator().start(job(beside, storage.id(), other, Map.of()), "FULL");
    bed.operator().done(third);
    String log = bed.api().get("/runs/" + third + "/log").toString();
    assertTrue(log.contains("HOST_OF_TWO_BACKUP_HOSTS"), log);
    JsonNode waiting = bed.api().get("/runs/" + second).path("vms").path(0);
    assertEquals("PENDING", waiting.path("state").asText(), waiting.toString());
    assertEquals(1, bed.cas().snapshots(vm).size(), "one backup of it at a time");
    bed.api().put("/runs/" + first + "/limits", Map.of());
    bed.operator().done(first);
    bed.operator().done(second);
    RestoredCopy.assertIdentical(bed, vm);
  }

  @Test
  @Tag("CAS-06")
  @DisplayName("S1 table 7, backup 23: a VM that is off, by two registrations of its platform")
  void table7Backup23_aVmWithoutASnapshotIsNotBackedUpTwiceAtOnce() {
    String again = bed.operator().addCas(Bed.name("again"), bed.cas().cvmPort(), storage.id());
    String pool = pool("third", "STANDARD");
    String vm = Bed.name("off");
    bed.cas()
        .createVm(
            Map.of(
                "name",
                vm,
                "title",
                vm,
                "state",
                "shutOff",
                "disks",
                List.of(Trial.disk("raw", "lun01"))));
    String first =
        bed.operator()
            .start(
                job(vm, bed.place().agentId(), bed.place().poolId(), Trial.holding(Map.of())),
                "FULL");
    Waiting.until(
        "it is read",
        Duration.ofSeconds(60),
        () -> bed.api().get("/runs/" + first + "/log").toString(),
        log -> log.contains("VM_TRANSFER_STARTED"));
    assertEquals(List.of(), bed.cas().snapshots(vm), "nothing on the platform tells of it");
    Operator.Place other = new Operator.Place(again, storage.id(), pool);
    String second =
        bed.operator()
            .createJob(Bed.name("job"), other, List.of(bed.operator().vmNode(again, vm)), Map.of());

    JsonNode refused = bed.operator().ended(bed.operator().start(second, "FULL"));

    JsonNode task = refused.path("vms").path(0);
    assertEquals("VM_IN_OTHER_JOB", task.path("error").asText(), refused.toString());
    bed.api().put("/runs/" + first + "/limits", Map.of());
    bed.operator().done(first);
    bed.operator().done(bed.operator().start(second, "FULL"));
    bed.api().delete("/jobs/" + second);
    bed.api().delete("/platforms/" + again);
  }

  @Test
  @Tag("RES-06")
  void aPlatformWhoseBackupHostIsAwayIsNotCalledOffline() {
    String platform = bed.operator().addCas(Bed.name("far"), bed.cas().cvmPort(), storage.id());
    assertEquals("ONLINE", reach(platform).path("state").asText());
    storage.kill();
    JsonNode away = awaitReach(platform, "AGENT_AWAY");
    assertEquals("AGENT_UNREACHABLE", away.path("error").asText(), away.toString());
    assertEquals("ONLINE", reach(bed.place().platformId()).path("state").asText());
    storage.startAgain();
    awaitReach(platform, "ONLINE");
    bed.api().delete("/platforms/" + platform);
  }

  private static JsonNode reach(String platform) {
    return bed.api().get("/platforms/" + platform).path("reach");
  }

  /** By the server's own look, which asks who is due every 15 s. */
  private static JsonNode awaitReach(String platform, String state) {
    return Waiting.until(
        state,
        Duration.ofSeconds(60),
        () -> reach(platform),
        reach -> state.equals(reach.path("state").asText()));
  }

  private static String pool(String what, String kind) {
    String name = Bed.name(what);
    return bed.operator().createPool(name, storage.id(), storage.folder(name).toString(), kind);
  }

  private static String vm(String what, long sizeBytes, long dataBytes) {
    String vm = Bed.name(what);
    List<Map<String, Object>> content = List.of(Bed.content(0, dataBytes, "random", 5));
    bed.cas().createVm(vm, true, List.of(Bed.disk(sizeBytes, "qcow2", content)));
    return vm;
  }

  private static String job(String vm, String agent, String pool, Map<String, Object> options) {
    Operator.Place place = new Operator.Place(bed.place().platformId(), agent, pool);
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    return bed.operator().createJob(Bed.name("job"), place, List.of(node), options);
  }
}
