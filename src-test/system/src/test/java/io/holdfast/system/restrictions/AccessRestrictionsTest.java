package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S1 table 7: the rows about accounts, names, ports and networks. */
class AccessRestrictionsTest extends GuideRows {
  private static final String SWITCH = "/lab/host/1/vswitch/vswitch-rows";
  private static final String ADDRESS = "127.64.7.1";

  @Test
  @Tag("RES-01")
  @DisplayName("S1 table 7, backup 2: an account that is no administrator of the platform")
  void backup02_anAccountWithoutTheRightIsToldWhichOneIsNeeded() {
    bed.cas().fault(Map.of("match", "GET /host.*", "action", "status", "status", 403, "times", 0));
    ApiProblem refused = register(bed.cas().cvmPort(), "127.0.0.1");
    assertEquals("PLATFORM_LOGIN_REFUSED", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains("system administrator"), refused.getMessage());
    bed.cas().clearFaults();
    String vm = trial.vm("b02", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    bed.cas()
        .fault(Map.of("match", "POST /vm/snapshot", "action", "status", "status", 403, "times", 0));
    trial.assertRefused(trial.run(job, "FULL"), "PLATFORM_LOGIN_REFUSED", SimulatedCas.USER);
  }

  @Test
  @Tag("RES-01")
  @DisplayName("S1 table 7, backup 3: a domain name of the CVM that does not resolve")
  void backup03_aNameThatDoesNotResolveIsRefusedAtRegistration() {
    ApiProblem refused = register(bed.cas().cvmPort(), "cvm.invalid");
    assertEquals("SERVER_NAME_UNRESOLVED", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains("cvm.invalid"), refused.getMessage());
    ApiProblem resolves = register(9, "localhost");
    assertEquals("PLATFORM_UNREACHABLE", resolves.error(), resolves.getMessage());
  }

  @Test
  @Tag("CAS-10")
  @DisplayName("S1 table 7, environment 7: a port of the CVM that cannot be reached")
  void environment07_aClosedPortOfTheCvmIsNamed() {
    ApiProblem refused = register(9, "127.0.0.1");
    assertEquals("PLATFORM_UNREACHABLE", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains("127.0.0.1:9"), refused.getMessage());
  }

  private ApiProblem register(int port, String address) {
    Map<String, Object> wanted =
        Operator.cas(Bed.name("refused"), port, bed.place().agentId(), SimulatedCas.PASSWORD);
    wanted.put("address", address);
    int before = bed.api().get("/platforms").size();
    ApiProblem refused = Trial.refusal(() -> bed.api().post("/platforms", wanted));
    assertEquals(before, bed.api().get("/platforms").size(), "half saved");
    return refused;
  }

  @Test
  @Tag("CAS-08")
  @Tag("CAS-10")
  @DisplayName(
      "S1 table 7, environment 8, and table 2, preferred network: cvd-ds's port is named, the"
          + " network that is there is used, one that is not falls back to vSwitch0")
  void environment08_andTable2PreferredNetwork() {
    String vm = trial.vm("e08", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of("preferredNetwork", "BACKUP"));
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    assertTrue(trial.logCodes(job).contains("NETWORK_FALLBACK"), trial.logOf(job));
    assertTrue(trial.logOf(job).contains("vswitch0"), trial.logOf(job));
    try {
      vSwitch(false);
      JsonNode check = bed.api().post("/jobs/" + job + "/check?reach=true", Map.of()).path(0);
      assertEquals("DATA_PORT_UNREACHABLE", check.path("error").asText(), check.toString());
      String run = trial.operator().start(job, "FULL");
      told(run, "8192", ADDRESS);
      vSwitch(true);
      trial.operator().done(run);
      assertReadFrom(ADDRESS, trial.job(vm, Map.of("preferredNetwork", "ADAPTIVE")));
      String management = bed.cas().lab().get("/lab/platform").at("/hosts/0/ip").asText();
      assertReadFrom(management, trial.job(vm, Map.of("preferredNetwork", "MANAGEMENT")));
    } finally {
      bed.cas().lab().delete(SWITCH);
    }
  }

  @Test
  @Tag("CAS-10")
  @DisplayName(
      "S1 table 7, environment 8: a port that is shut from the start is not tried for long")
  void environment08_aShutPortFailsTheVmSoon() {
    String vm = trial.vm("e08", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of("preferredNetwork", "BACKUP", "retryTimes", 0));
    try {
      vSwitch(false);
      String run = trial.operator().start(job, "FULL");
      JsonNode ended =
          Waiting.until(
              "the end of a run whose port is shut",
              Duration.ofSeconds(75),
              () -> bed.api().get("/runs/" + run),
              Operator::hasEnded);
      JsonNode task = ended.path("vms").path(0);
      assertEquals("DATA_PORT_UNREACHABLE", task.path("error").asText(), ended.toString());
      Waiting.until(
          "its snapshot gone",
          Duration.ofSeconds(60),
          () -> bed.cas().snapshots(vm),
          List::isEmpty);
    } finally {
      bed.cas().lab().delete(SWITCH);
    }
  }

  private void vSwitch(boolean reachable) {
    bed.cas()
        .lab()
        .put(SWITCH, Map.of("kind", "backup", "address", ADDRESS, "reachable", reachable));
  }

  private void assertReadFrom(String address, String job) {
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    assertTrue(trial.logOf(job).contains("from " + address), address + " in " + trial.logOf(job));
  }

  /** It is said while the run waits for the port, within its reconnect time. */
  private void told(String run, String... words) {
    Waiting.until(
        "the port in the log",
        Duration.ofSeconds(60),
        () -> trial.log(run),
        log ->
            log.contains("DATA_PORT_UNREACHABLE")
                && List.of(words).stream().allMatch(log::contains));
  }
}
