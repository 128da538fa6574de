package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.JsonHttp;
import io.holdfast.system.bed.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** VM snapshots as an operator manages them and schedules take them, beside backups. */
@ExtendWith(Bed.Shared.class)
@Tag("CAS-21")
class VmSnapshotTest {
  private static final long MIB = 1 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String REVERT = "PUT /vm/snapshot.*";

  @Test
  void aRevertBringsTheBytesBackAndADeletionLeavesThem(Bed bed) {
    String vm = Bed.name("snap-manual");
    String id = created(bed, vm);
    String then = bed.cas().digest(vm, "vda", "");
    JsonNode taken = change(bed, id, Map.of("name", "before-patch", "description", "补丁前"));
    assertEquals("DONE", taken.path("state").asText(), taken.toString());
    JsonNode snapshot = bed.api().get(snapshots(bed, id)).get(0);
    assertEquals("before-patch", snapshot.path("name").asText());
    assertEquals("补丁前", snapshot.path("description").asText());
    assertEquals("", snapshot.path("belongsTo").asText());
    assertTrue(snapshot.path("current").asBoolean());
    assertEquals("ALREADY_EXISTS", refusal(() -> change(bed, id, Map.of("name", "before-patch"))));

    bed.cas().write(vm, "vda", 2 * MIB, 3 * MIB, 7);
    assertNotEquals(then, bed.cas().digest(vm, "vda", ""));
    assertEquals("REVERT_NEEDS_VM_OFF", refusal(() -> revert(bed, id, "before-patch")));
    bed.cas().enter(vm, "shutOff");
    assertEquals("DONE", revert(bed, id, "before-patch").path("state").asText());
    assertEquals(then, bed.cas().digest(vm, "vda", ""), "the bytes of the snapshot");

    assertEquals("DONE", delete(bed, id, "before-patch").path("state").asText());
    assertEquals(List.of(), bed.cas().snapshots(vm));
    assertEquals(then, bed.cas().digest(vm, "vda", ""), "a deletion changes no byte");
    assertEquals("NOT_FOUND", refusal(() -> delete(bed, id, "before-patch")));
    JsonNode history = bed.api().get("/snapshot-operations?vmId=" + id);
    assertEquals(3, history.path("total").asInt(), history.toString());
    assertEquals("DELETE", history.path("items").get(0).path("kind").asText());
  }

  @Test
  @Tag("CAS-04")
  @Tag("CAS-01")
  void anIncrementalAfterARevertTurnsFullAndRestoresIdentical(Bed bed) {
    String vm = Bed.name("snap-revert");
    String id = created(bed, vm);
    String job = bed.jobFor(vm, Map.of());
    bed.operator().done(bed.operator().start(job, "FULL"));
    change(bed, id, Map.of("name", "base"));
    bed.cas().write(vm, "vda", 4 * MIB, 2 * MIB, 11);
    assertEquals("INCREMENTAL", type(bed, job), "a snapshot of an operator breaks no chain");
    bed.cas().write(vm, "vda", 20 * MIB, MIB, 12);
    bed.cas().enter(vm, "shutOff");
    assertEquals("DONE", revert(bed, id, "base").path("state").asText());
    bed.cas().enter(vm, "running");
    bed.cas().write(vm, "vda", 30 * MIB, MIB, 13);
    assertEquals("FULL", type(bed, job), "changes across a revert cannot be counted");
    bed.cas().write(vm, "vda", 31 * MIB, MIB, 14);
    assertEquals("INCREMENTAL", type(bed, job), "and from there on they can");

    JsonNode point = bed.newestPoint(vm);
    String copy = Bed.name("snap-copy");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.digests(vm, point), bed.digests(copy, point));
    assertEquals(List.of("base"), bed.cas().snapshots(vm), "backups leave it alone");
  }

  @Test
  @Tag("CAS-05")
  void whatBelongsToABackupIsShownAndNotTouched(Bed bed) {
    String vm = Bed.name("snap-backup");
    String id = created(bed, vm);
    String ofBackup = "holdfast-0f3a1c52-9f2b-4c11-8a55-6a5f1e0d7c21";
    lab(bed, vm, "mine");
    lab(bed, vm, ofBackup);
    assertEquals("BACKUP", entry(bed, id, ofBackup).path("belongsTo").asText());
    assertEquals("", entry(bed, id, "mine").path("belongsTo").asText());
    assertEquals("SNAPSHOT_OF_BACKUP", refusal(() -> delete(bed, id, ofBackup)));
    assertEquals("INVALID_VALUE", refusal(() -> change(bed, id, Map.of("name", "holdfast-x"))));
    assertEquals("INVALID_VALUE", refusal(() -> change(bed, id, Map.of("name", "HFSNAP-x"))));
    bed.cas().enter(vm, "shutOff");
    assertEquals("SNAPSHOT_OF_BACKUP", refusal(() -> revert(bed, id, ofBackup)));
    JsonNode refused = revert(bed, id, "mine");
    assertEquals("FAILED", refused.path("state").asText(), "it would take the backup's with it");
    assertTrue(refused.path("problem").asText().contains(ofBackup), refused.toString());
    assertEquals(List.of("mine", ofBackup), bed.cas().snapshots(vm));
    bed.cas().deleteVm(vm);
  }

  @Test
  @Tag("CAS-18")
  void aBackupWaitsUntilTheSnapshotIsTaken(Bed bed) {
    String vm = Bed.name("snap-memory");
    String id = created(bed, vm);
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("action", "memory-slow", "vm", vm, "ms", 9000));
    try {
      JsonNode begun =
          bed.api()
              .post(
                  snapshots(bed, id),
                  Map.of("name", "live", "memory", true, "memoryTimeoutSeconds", 60));
      assertEquals(
          "VM_SNAPSHOT_CHANGING",
          refusal(() -> change(bed, id, Map.of("name", "another"))),
          "one at a time");
      String run = bed.operator().start(job, "FULL");
      String operation = "/snapshot-operations/" + begun.path("id").asText();
      int looks = 0;
      JsonNode before = bed.api().get("/runs/" + run);
      while ("RUNNING".equals(bed.api().get(operation).path("state").asText())) {
        for (JsonNode each : before.path("vms")) {
          assertEquals("PENDING", each.path("state").asText(), each.toString());
          looks++;
        }
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        before = bed.api().get("/runs/" + run);
      }
      assertTrue(looks > 20, "it was in the queue meanwhile: " + looks);
      assertEquals("DONE", ended(bed, begun).path("state").asText());
      bed.operator().done(run);
    } finally {
      bed.cas().clearFaults();
    }
    assertTrue(entry(bed, id, "live").path("memory").asBoolean());
  }

  @Test
  void aScheduleKeepsItsCountAndLeavesAStrangersSnapshotsAlone(Bed bed) {
    String vm = Bed.name("snap-plan");
    String id = created(bed, vm);
    lab(bed, vm, "theirs");
    String schedule = schedule(bed, vm, 2);
    String first = run(bed, schedule, id).path("snapshot").asText();
    assertTrue(first.startsWith("hfsnap-"), first);
    assertEquals("SCHEDULE", entry(bed, id, first).path("belongsTo").asText());
    String second = run(bed, schedule, id).path("snapshot").asText();
    String third = run(bed, schedule, id).path("snapshot").asText();
    assertEquals(List.of("theirs", second, third), settled(bed, vm, 3));

    // Somebody puts another snapshot in the place of one of the schedule's.
    bed.cas().lab().delete("/lab/vm/" + JsonHttp.encode(vm) + "/snapshot/" + second);
    lab(bed, vm, second);
    String fourth = run(bed, schedule, id).path("snapshot").asText();
    String fifth = run(bed, schedule, id).path("snapshot").asText();
    assertEquals(List.of("theirs", second, fourth, fifth), settled(bed, vm, 4));
    assertEquals("", entry(bed, id, second).path("belongsTo").asText());

    bed.api().delete("/snapshot-schedules/" + schedule);
    assertEquals(4, bed.cas().snapshots(vm).size(), "what it made stays");
  }

  @Test
  void aFailingVmIsNamedAndTheOthersGetTheirs(Bed bed) {
    String good = Bed.name("snap-good");
    created(bed, good);
    String bad = Bed.name("snap-paused");
    String badId = created(bed, bad);
    bed.cas().enter(bad, "paused");
    String schedule = schedule(bed, List.of(good, bad), 1);
    bed.api().post("/snapshot-schedules/" + schedule + "/run", Map.of());
    JsonNode all =
        Waiting.until(
            "both operations",
            LIMIT,
            () -> bed.api().get("/snapshot-operations?scheduleId=" + schedule),
            page ->
                page.path("total").asInt() == 2
                    && StreamSupport.stream(page.path("items").spliterator(), false)
                        .allMatch(VmSnapshotTest::hasEnded));
    for (JsonNode each : all.path("items")) {
      boolean failed = each.path("vmId").asText().equals(badId);
      assertEquals(failed ? "FAILED" : "DONE", each.path("state").asText(), each.toString());
      assertEquals(failed, each.path("problem").asText().contains(bad), each.toString());
    }
    bed.api().delete("/snapshot-schedules/" + schedule);
    bed.cas().enter(bad, "shutOff");
  }

  @Test
  void aScheduleFiresByTheClock(Bed bed) {
    String vm = Bed.name("snap-clock");
    String id = created(bed, vm);
    LocalTime soon = LocalTime.now(Clock.systemDefaultZone()).plusMinutes(1);
    Map<String, Object> wanted = new LinkedHashMap<>(definition(bed, List.of(vm), 1));
    wanted.remove("intervalHours");
    wanted.put("time", soon.truncatedTo(ChronoUnit.MINUTES).toString());
    String schedule = bed.api().post("/snapshot-schedules", wanted).path("id").asText();
    List<JsonNode> taken =
        Waiting.until(
            "a snapshot by the clock",
            LIMIT,
            () -> creations(bed, schedule),
            all -> !all.isEmpty() && hasEnded(all.get(0)));
    assertEquals(1, taken.size(), taken.toString());
    assertEquals("DONE", taken.get(0).path("state").asText(), taken.toString());
    assertEquals(id, taken.get(0).path("vmId").asText());
    assertEquals("system", taken.get(0).path("startedBy").asText(), taken.toString());
    assertEquals(1, bed.cas().snapshots(vm).size());
    bed.api().delete("/snapshot-schedules/" + schedule);
  }

  @Test
  @Tag("JOB-09")
  void aKillOfTheServerInTheMiddleOfASnapshotTakesItOnceAndHoldsBackupsOff(Bed bed) {
    String vm = Bed.name("snap-kill");
    String id = created(bed, vm);
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("action", "memory-slow", "vm", vm, "ms", 60_000));
    JsonNode begun;
    try {
      begun =
          bed.api()
              .post(
                  snapshots(bed, id),
                  Map.of("name", "live", "memory", true, "memoryTimeoutSeconds", 300));
      killServer(bed);
      String run = bed.operator().start(job, "FULL");
      assertEquals(
          "VM_SNAPSHOT_CHANGING",
          refusal(() -> change(bed, id, Map.of("name", "another"))),
          "the VM is still taken");
      bed.cas().clearFaults();
      assertEquals("DONE", ended(bed, begun).path("state").asText());
      bed.operator().done(run);
    } finally {
      bed.cas().clearFaults();
    }
    assertEquals(List.of("live"), bed.cas().snapshots(vm), "once, and the backup's is gone");
    assertEquals(1, bed.api().get("/snapshot-operations?vmId=" + id).path("total").asInt());
  }

  @Test
  @Tag("JOB-09")
  void aKillOfTheServerInTheMiddleOfARevertRevertsOnce(Bed bed) {
    String vm = Bed.name("snap-kill-revert");
    String id = created(bed, vm);
    change(bed, id, Map.of("name", "base"));
    String then = bed.cas().digest(vm, "vda", "");
    bed.cas().write(vm, "vda", 2 * MIB, 3 * MIB, 8);
    bed.cas().enter(vm, "shutOff");
    bed.cas().fault(Map.of("match", REVERT, "action", "task-slow", "ms", 20_000));
    JsonNode begun = bed.api().post(snapshots(bed, id) + "/base/revert", Map.of());
    Waiting.until(
        "the platform's revert",
        LIMIT,
        () -> bed.cas().lab().get("/faults").at("/faults/0/fired").asInt(),
        fired -> fired > 0);
    killServer(bed);
    assertEquals("DONE", ended(bed, begun).path("state").asText());
    int asked = bed.cas().lab().get("/faults").at("/faults/0/seen").asInt();
    bed.cas().clearFaults();
    assertEquals(1, asked, "a revert is never asked twice");
    assertEquals(then, bed.cas().digest(vm, "vda", ""), "the bytes of the snapshot");
    bed.cas().enter(vm, "running");
  }

  private static void killServer(Bed bed) {
    bed.installation().kill("server");
    bed.installation().holdfast("start").orFail();
    Waiting.until(
        "REST after the crash", LIMIT, () -> bed.api().get("/agents"), agents -> agents.size() > 0);
    bed.operator().onlineAgent(LIMIT);
  }

  private static String created(Bed bed, String vm) {
    return bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(64 * MIB, "qcow2", List.of(Bed.content(0, 8 * MIB, "mixed", 1)))));
  }

  private static void lab(Bed bed, String vm, String name) {
    bed.cas()
        .lab()
        .post(
            "/lab/vm/" + JsonHttp.encode(vm) + "/snapshot",
            Map.of("name", name, "external", true, "memory", false, "desc", ""));
  }

  private static String snapshots(Bed bed, String vmId) {
    return "/platforms/" + bed.place().platformId() + "/vms/" + vmId + "/snapshots";
  }

  private static JsonNode change(Bed bed, String vmId, Map<String, Object> wanted) {
    return ended(bed, bed.api().post(snapshots(bed, vmId), wanted));
  }

  private static JsonNode revert(Bed bed, String vmId, String name) {
    return ended(bed, bed.api().post(snapshots(bed, vmId) + "/" + name + "/revert", Map.of()));
  }

  private static JsonNode delete(Bed bed, String vmId, String name) {
    return ended(bed, bed.api().delete(snapshots(bed, vmId) + "/" + name));
  }

  private static JsonNode ended(Bed bed, JsonNode begun) {
    String id = begun.path("id").asText();
    return Waiting.until(
        "the end of " + begun,
        LIMIT,
        () -> bed.api().get("/snapshot-operations/" + id),
        VmSnapshotTest::hasEnded);
  }

  private static boolean hasEnded(JsonNode operation) {
    return List.of("DONE", "FAILED").contains(operation.path("state").asText());
  }

  private static String refusal(Runnable what) {
    return assertThrows(ApiProblem.class, what::run).error();
  }

  private static JsonNode entry(Bed bed, String vmId, String name) {
    for (JsonNode each : bed.api().get(snapshots(bed, vmId))) {
      if (name.equals(each.path("name").asText())) {
        return each;
      }
    }
    throw new AssertionError("no snapshot " + name);
  }

  private static String type(Bed bed, String job) {
    JsonNode run = bed.operator().done(bed.operator().start(job, "INCREMENTAL"));
    return run.path("vms").get(0).path("type").asText();
  }

  private static String schedule(Bed bed, String vm, int keep) {
    return schedule(bed, List.of(vm), keep);
  }

  private static String schedule(Bed bed, List<String> vms, int keep) {
    return bed.api().post("/snapshot-schedules", definition(bed, vms, keep)).path("id").asText();
  }

  private static Map<String, Object> definition(Bed bed, List<String> vms, int keep) {
    List<Map<String, String>> content = new ArrayList<>();
    for (String vm : vms) {
      JsonNode node = bed.operator().vmNode(bed.place().platformId(), vm);
      content.add(Map.of("nodeId", node.path("id").asText(), "kind", "VM", "name", vm));
    }
    return Map.of(
        "name",
        Bed.name("plan"),
        "platformId",
        bed.place().platformId(),
        "intervalHours",
        24,
        "keepCount",
        keep,
        "content",
        content);
  }

  /** Runs a schedule of one VM now; gives the operation that took its snapshot. */
  private static JsonNode run(Bed bed, String schedule, String vmId) {
    int before = creations(bed, schedule).size();
    bed.api().post("/snapshot-schedules/" + schedule + "/run", Map.of());
    List<JsonNode> now =
        Waiting.until(
            "another snapshot of the schedule",
            LIMIT,
            () -> creations(bed, schedule),
            all -> all.size() > before && hasEnded(all.get(0)));
    assertEquals("DONE", now.get(0).path("state").asText(), now.get(0).toString());
    assertEquals(vmId, now.get(0).path("vmId").asText());
    return now.get(0);
  }

  private static List<JsonNode> creations(Bed bed, String schedule) {
    JsonNode all = bed.api().get("/snapshot-operations?scheduleId=" + schedule).path("items");
    return StreamSupport.stream(all.spliterator(), false)
        .filter(each -> "CREATE".equals(each.path("kind").asText()))
        .toList();
  }

  /** The VM's snapshots, once there are so many and nothing is under way. */
  private static List<String> settled(Bed bed, String vm, int count) {
    return Waiting.until(
        count + " snapshots of " + vm,
        LIMIT,
        () -> bed.cas().snapshots(vm),
        names -> names.size() == count);
  }
}
