package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** S2 tables 2 and 3, the options of backups. */
class CloudBackupOptionsTest extends CloudRows {

  @Test
  @DisplayName("S2 table 2, defaults: 2 VMs, 5 a host, 2 disks, 2 streams, 10 % and 500 GiB, 3, 15")
  @Tag("OPT-04")
  @Tag("OPT-14")
  @Tag("OPT-15")
  void table2Defaults_aJobBeginsWithThem() {
    JsonNode vm = bed.running("defaults", 16 * MIB);
    JsonNode node = bed.operator().vmNode(bed.place().platformId(), CloudBed.name(vm));
    Map<String, Object> body =
        Operator.jobBody(Bed.name("defaults"), bed.place(), List.of(node), Map.of());
    body.remove("options");
    JsonNode options = bed.api().post("/jobs", body).path("options");
    assertEquals("FAST", options.path("compression").asText());
    assertEquals(2, options.path("parallelVms").asInt());
    assertEquals(5, options.path("vmsPerHost").asInt());
    assertEquals(2, options.path("disksPerVm").asInt());
    assertEquals(2, options.path("streamsPerDisk").asInt());
    assertEquals(10, options.path("reservePercent").asInt());
    assertEquals(500, options.path("reserveGib").asInt());
    assertEquals(3, options.path("retryTimes").asInt());
    assertEquals(15, options.path("platformRetries").asInt());
    assertTrue(options.path("validDataOnly").asBoolean());
    assertTrue(options.path("enableTracking").asBoolean(), "the latest snapshot is kept");
    for (String absent : List.of("dataPlane", "snapshotType", "untracked", "shutDown")) {
      assertFalse(options.hasNonNull(absent), absent + " in " + options);
    }
  }

  @ParameterizedTest
  @CsvSource({"snapshotType, INTERNAL", "dataPlane, NBD", "untracked, SKIP_AND_ALARM"})
  @DisplayName("S2 table 2, data transfer mode: SAN; options of other platforms are refused")
  @Tag("HIK-03")
  void table2DataMode_optionsOfOtherPlatformsAreRefused(String option, String value) {
    JsonNode vm = bed.running("mode", 16 * MIB);
    ApiProblem refused = refusal(() -> bed.job(vm, Map.of(option, value)));
    assertEquals("INVALID_VALUE", refused.error(), refused.getMessage());
  }

  @Test
  @DisplayName("S2 table 2, compression: none, fast, adjustable")
  @Tag("OPT-01")
  void table2Compression_lessIsStoredTheHarderItTries() {
    JsonNode vm = written("zip");
    long none = backUp(vm, Map.of("compression", "NONE")).path("storedBytes").asLong();
    JsonNode other = written("zip");
    cloud.write(id(other), 0, 0, 4 * MIB, 0x42);
    long fast = backUp(other, Map.of("compression", "FAST")).path("storedBytes").asLong();
    assertTrue(none >= MIB, "none " + none);
    assertTrue(fast < none, none + " " + fast);
  }

  @Test
  @DisplayName("S2 table 2, parallel VMs, VMs per physical host")
  @Tag("OPT-03")
  @Tag("OPT-04")
  void table2Parallelism_isUsedAndNotExceeded() {
    List<JsonNode> nodes = new ArrayList<>();
    for (String host : List.of("host-1", "host-1", "host-1", "host-2", "host-2")) {
      String name = Bed.name("par");
      cloud.create(
          Map.of("name", name, "hostId", host, "disks", List.of(Map.of("sizeBytes", 16 * MIB))));
      nodes.add(bed.operator().vmNode(bed.place().platformId(), name));
    }
    String job =
        bed.operator()
            .createJob(
                Bed.name("par"),
                bed.place(),
                nodes,
                holding(Map.of("parallelVms", 4, "vmsPerHost", 2, "validDataOnly", false)));
    String run = bed.operator().start(job, "FULL");
    JsonNode now = atWork(run, 4);
    assertEquals(1, states(now, "PENDING"), "two of three on the first host: " + now);
    letGo(run);
    bed.operator().done(run);
    String three =
        bed.operator()
            .createJob(
                Bed.name("par"),
                bed.place(),
                nodes,
                holding(Map.of("parallelVms", 3, "vmsPerHost", 5, "validDataOnly", false)));
    run = bed.operator().start(three, "FULL");
    assertEquals(2, states(atWork(run, 3), "PENDING"));
    letGo(run);
    bed.operator().done(run);
  }

  @Test
  @DisplayName("S2 table 2, disks of a VM and streams of a disk in parallel")
  @Tag("OPT-05")
  @Tag("OPT-06")
  void table2DisksAndStreams_everyCombinationReadsTheSame() {
    JsonNode vm = bed.running("streams", 32 * MIB, 32 * MIB, 32 * MIB);
    for (int disk = 0; disk < 3; disk++) {
      cloud.write(id(vm), disk, 0, 12 * MIB, 0x50 + disk);
    }
    long one = backUp(vm, Map.of("disksPerVm", 1, "streamsPerDisk", 1)).path("readBytes").asLong();
    long many = backUp(vm, Map.of("disksPerVm", 3, "streamsPerDisk", 5)).path("readBytes").asLong();
    assertEquals(36 * MIB, one);
    assertEquals(one, many);
    for (String option : List.of("disksPerVm", "streamsPerDisk")) {
      assertEquals(
          "VALUE_OUT_OF_RANGE", refusal(() -> bed.job(vm, Map.of(option, 6))).error(), option);
    }
  }

  @Test
  @DisplayName("S2 table 2, no backup below N % and N GiB of free space, before the snapshot")
  @Tag("OPT-07")
  void table2FreeSpace_eachConditionAloneFailsTheVmBeforeItsSnapshot() {
    JsonNode vm = written("space");
    cloud.lab().post("/storage", Map.of("totalGb", 1000, "freeGb", 90));
    try {
      assertRefused(
          backUp(vm, Map.of("reservePercent", 10, "reserveGib", 0)), "STORAGE_RESERVE_REACHED");
      assertRefused(
          backUp(vm, Map.of("reservePercent", 0, "reserveGib", 100)), "STORAGE_RESERVE_REACHED");
      assertEquals(List.of(), snapshots(vm, 0), "refused after a snapshot was taken");
      assertSealed(backUp(vm, Map.of("reservePercent", 5, "reserveGib", 50)), "FULL");
      assertSealed(backUp(vm, Map.of("reservePercent", 0, "reserveGib", 0)), "FULL");
    } finally {
      cloud.lab().post("/storage", Map.of("totalGb", 1000, "freeGb", 800));
    }
  }

  @Test
  @DisplayName("S2 table 2, valid data: only what is used of a volume, or all of it")
  @Tag("OPT-16")
  void table2ValidData_usedSpaceOrTheWholeDisk() {
    JsonNode vm = written("valid");
    JsonNode valid = backUp(vm, Map.of("validDataOnly", true));
    assertTrue(valid.path("readBytes").asLong() <= 8 * MIB, valid.toString());
    JsonNode whole = backUp(vm, Map.of("validDataOnly", false));
    assertEquals(16 * MIB, whole.path("readBytes").asLong(), whole.toString());
  }

  @Test
  @DisplayName("S2 table 2, keep the latest snapshot: needed by incrementals, else it goes")
  @Tag("HIK-01")
  void table2KeepSnapshot_offItGoesOnTheNextCountsFromIt() {
    JsonNode vm = written("keep");
    assertSealed(backUp(vm, Map.of("enableTracking", false)), "FULL");
    assertEquals(List.of(), snapshots(vm, 0), "a job of full backups keeps none");
    ApiProblem refused =
        refusal(
            () -> {
              JsonNode node = bed.operator().vmNode(bed.place().platformId(), CloudBed.name(vm));
              Map<String, Object> body =
                  Operator.jobBody(
                      Bed.name("keep"),
                      bed.place(),
                      List.of(node),
                      Map.of("enableTracking", false));
              body.put("type", "INCREMENTAL");
              return bed.operator().createJob(body);
            });
    assertEquals("INVALID_VALUE", refused.error(), refused.getMessage());
    String job = bed.job(vm, Map.of());
    assertSealed(bed.run(job, "FULL"), "FULL");
    assertEquals(1, snapshots(vm, 0).size());
    assertSealed(bed.run(job, "INCREMENTAL"), "INCREMENTAL");
    assertSealed(bed.run(job, "INCREMENTAL"), "INCREMENTAL");
    assertEquals(2, snapshots(vm, 0).size(), "the full's and the latest");
  }

  @Test
  @DisplayName("S2 table 2, dedup mode: of dedup pools")
  @Tag("OPT-02")
  void table2Dedup_theSecondVmStoresAlmostNothing() {
    String folder = bed.bed().installation().state().resolve(Bed.name("dedup")).toString();
    String pool =
        bed.operator().createPool(Bed.name("cloud-dedup"), bed.place().agentId(), folder, "DEDUP");
    Operator.Place place =
        new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
    long first = stored(place, written("dedup"));
    long second = stored(place, written("dedup"));
    assertTrue(first > 0 && second * 2 < first, first + " " + second);
  }

  private long stored(Operator.Place place, JsonNode vm) {
    JsonNode node = bed.operator().vmNode(place.platformId(), CloudBed.name(vm));
    String job =
        bed.operator()
            .createJob(Bed.name("dedup"), place, List.of(node), Map.of("dedupMode", "AGENT"));
    return bed.done(job, "FULL").path("storedBytes").asLong();
  }

  @Test
  @DisplayName("S2 table 3, reconnect 1 to 60 minutes, resume buffer in MiB")
  @Tag("OPT-08")
  @Tag("OPT-09")
  void table3Reconnect_rangesAreHeld() {
    JsonNode vm = written("ranges");
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("reconnectMinutes", 0),
            Map.of("reconnectMinutes", 61),
            Map.of("resumeBufferMib", 0))) {
      assertEquals("VALUE_OUT_OF_RANGE", refusal(() -> bed.job(vm, wrong)).error());
    }
    assertSealed(backUp(vm, Map.of("reconnectMinutes", 1, "resumeBufferMib", 1)), "FULL");
  }

  @Test
  @DisplayName("S2 table 3, limits of transfer and of reading, by time of the day")
  @Tag("OPT-10")
  @Tag("OPT-11")
  void table3Limits_aRunIsHeldAndGoesOn() {
    JsonNode vm = written("limits");
    String run = bed.operator().start(bed.job(vm, holding(Map.of())), "FULL");
    JsonNode held = atWork(run, 1);
    assertTrue(held.at("/limit/held").asBoolean(), held.toString());
    assertEquals(0, held.path("doneBytes").asLong(), held.toString());
    letGo(run);
    bed.operator().done(run);
  }

  @Test
  @DisplayName("S2 table 3, request retries: a broken request is repeated so often")
  @Tag("OPT-15")
  void table3RequestRetries_aBrokenRequestIsRepeatedOrNot() {
    JsonNode vm = written("again");
    Map<String, Object> broken =
        Map.of("match", "GET .*/snapshots.*", "action", "status", "status", 503, "times", 3);
    String patient = bed.job(vm, Map.of("platformRetries", 5));
    cloud.fault(broken);
    assertSealed(bed.run(patient, "FULL"), "FULL");
    cloud.clearFaults();
    String hasty = bed.job(vm, Map.of("platformRetries", 0));
    cloud.fault(broken);
    assertEquals("FAILED", bed.run(hasty, "FULL").path("state").asText());
  }

  @Test
  @DisplayName("S2 table 3, backup retries and their interval: only the VMs that failed")
  @Tag("OPT-14")
  void table3Retries_onlyTheFailedVmAgain() {
    JsonNode good = written("retry");
    JsonNode bad = written("retry");
    cloud.enter(id(bad), "SHELVED");
    List<JsonNode> nodes =
        List.of(
            bed.operator().vmNode(bed.place().platformId(), CloudBed.name(good)),
            bed.operator().vmNode(bed.place().platformId(), CloudBed.name(bad)));
    String job =
        bed.operator()
            .createJob(
                Bed.name("retry"), bed.place(), nodes, Map.of("retryTimes", 1, "retryMinutes", 7));
    JsonNode run = bed.operator().ended(bed.operator().start(job, "FULL"));
    assertEquals("PARTIAL", run.path("state").asText(), run.toString());
    Instant due = Instant.parse(run.path("retryDueAt").asText());
    Duration after = Duration.between(Instant.parse(run.path("endedAt").asText()), due);
    assertTrue(after.minusMinutes(7).abs().compareTo(Duration.ofSeconds(5)) < 0, run.toString());
    bed.api().delete("/jobs/" + job);
    cloud.enter(id(bad), "SHELVED");
    String soon =
        bed.operator()
            .createJob(
                Bed.name("retry"), bed.place(), nodes, Map.of("retryTimes", 1, "retryMinutes", 0));
    bed.operator().ended(bed.operator().start(soon, "FULL"));
    JsonNode runs =
        Waiting.until(
            "the retry's end",
            SOON,
            () -> bed.api().get("/runs?jobId=" + soon).path("items"),
            all -> all.size() == 2 && Operator.hasEnded(all.path(0)));
    JsonNode retry = bed.api().get("/runs/" + runs.path(0).path("id").asText());
    assertEquals(1, retry.path("vms").size(), retry.toString());
    assertEquals(CloudBed.name(bad), retry.at("/vms/0/vmName").asText());
  }
}
