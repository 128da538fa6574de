package io.holdfast.servertest;

import static io.holdfast.servertest.inside.Refusals.assertOutOfRange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Refusals;
import io.holdfast.servertest.inside.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The options of restores in the CAS guide, chapter 7 and tables 4 and 5, row by row through REST:
 * preset, both ends of the range, refusals that name the field, and what does not go with a mode.
 */
@ExtendWith(ArquillianExtension.class)
@Order(17)
class RestoreOptionsRestTest {
  private Http operator;
  private Rows.Place place;
  private int jobs;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(RestoreOptionsRestTest.class);
  }

  @BeforeEach
  void begin() {
    operator = Accounts.with(Role.OPERATOR);
    place = Rows.place();
  }

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @DisplayName("S1 table 4: parallel VMs 1-32 (2), per host 1-10 (2), disks 1-5 (1)")
  void table4Parallelism() {
    presetAndRange("parallelVms", 2, 1, 32);
    presetAndRange("vmsPerHost", 2, 1, 10);
    presetAndRange("disksPerVm", 1, 1, 5);
    presetAndRange("streamsPerDisk", 1, 1, 5);
  }

  @Test
  @Tag("CAS-16")
  @DisplayName("S1 table 4: overwrite is off unless chosen, and nothing for a new disk")
  void table4Overwrite() {
    assertEquals("false", made(newVm()).path("overwrite").asText());
    assertTrue(made(with(newVm(), "overwrite", true)).path("overwrite").asBoolean());
    assertInvalid(with(newDisk(), "overwrite", true), "overwrite");
  }

  @Test
  @Tag("CAS-16")
  @Tag("CAS-17")
  @DisplayName("S1 table 4: start after the restore, restart after a disk restore")
  void table4Start() {
    assertEquals("false", made(newVm()).path("startAfter").asText());
    assertTrue(made(with(newVm(), "startAfter", true)).path("startAfter").asBoolean());
    assertTrue(made(with(newDisk(), "startAfter", true)).path("startAfter").asBoolean());
  }

  @Test
  @Tag("CAS-13")
  @DisplayName("S1 table 4: MAC addresses are kept by restores of whole VMs only")
  void table4KeepMac() {
    assertTrue(made(with(originalVm(), "keepMac", true)).path("keepMac").asBoolean());
    assertInvalid(with(newDisk(), "keepMac", true), "keepMac");
    assertInvalid(with(mode("ORIGINAL_DISK"), "keepMac", true), "keepMac");
  }

  @Test
  @Tag("CAS-13")
  @DisplayName("S1 table 7, restore 13: other disks are deleted over the original VM only")
  void otherDisks() {
    assertTrue(
        made(with(originalVm(), "deleteOtherDisks", true)).path("deleteOtherDisks").asBoolean());
    assertInvalid(with(newVm(), "deleteOtherDisks", true), "deleteOtherDisks");
  }

  @Test
  @Tag("CAS-08")
  @DisplayName("S1 table 4: preferred network, adaptive unless chosen")
  void table4Network() {
    assertEquals("ADAPTIVE", made(newVm()).path("preferredNetwork").asText());
    for (String network : List.of("BACKUP", "STORAGE", "MANAGEMENT")) {
      assertEquals(
          network,
          made(with(newVm(), "preferredNetwork", network)).path("preferredNetwork").asText());
    }
    assertInvalid(with(newVm(), "preferredNetwork", "BUSINESS"), "preferredNetwork");
  }

  @Test
  @Tag("OPT-08")
  @Tag("OPT-09")
  @DisplayName("S1 table 5: reconnect time 1-60 min (10), resume buffer (10 MiB)")
  void table5Reconnect() {
    presetAndRange("reconnectMinutes", 10, 1, 60);
    presetAndRange("resumeBufferMib", 10, 1, 256);
  }

  @Test
  @Tag("CAS-09")
  @DisplayName("S1 table 5: CVD-SDK buffer 64 KiB-8 MiB (1 MiB), log level, time-out 1-10 min (10)")
  void table5Sdk() {
    presetAndRange("bufferBytes", 1 << 20, 64 << 10, 8 << 20);
    assertInvalid(with(newVm(), "bufferBytes", 3 << 20), "bufferBytes");
    presetAndRange("connectTimeoutSeconds", 600, 60, 600);
    assertEquals("message", made(newVm()).path("sdkLogLevel").asText());
    assertInvalid(with(newVm(), "sdkLogLevel", "debug"), "sdkLogLevel");
  }

  @Test
  @Tag("CAS-17")
  @DisplayName("S1 7.3: how long the guest may take to shut down, 10 s unless chosen")
  void shutDown() {
    presetAndRange("shutdownSeconds", 10, 10, 1800);
  }

  @Test
  @Tag("CAS-14")
  @DisplayName("S1 7.2 (5): CPUs, cores, mode and memory of a new VM, and of no other restore")
  void hardware() {
    presetAndRange("cpuSockets", 0, 0, 64);
    presetAndRange("cpuCores", 0, 0, 64);
    presetAndRange("memoryMib", 0, 0, 4 << 20);
    for (String mode : List.of("custom", "host-model", "host-passthrough")) {
      assertEquals(mode, made(with(newVm(), "cpuMode", mode)).path("cpuMode").asText());
    }
    assertInvalid(with(newVm(), "cpuMode", "turbo"), "cpuMode");
    assertInvalid(with(originalVm(), "cpuSockets", 2), "cpuSockets");
  }

  @Test
  @Tag("CAS-14")
  @Tag("CAS-17")
  @DisplayName("S1 7.2 (3), 7.3: pool, preallocation, volume and second-level folder of a disk")
  void placesOfDisks() {
    for (String kind : List.of("thin", "lazy-zeroed", "eager-zeroed")) {
      assertEquals(
          kind,
          made(withDisk(newVm(), "preallocation", kind))
              .path("disks")
              .path(0)
              .path("preallocation")
              .asText());
    }
    assertInvalid(withDisk(newVm(), "preallocation", "sparse"), "disks.preallocation");
    assertEquals(
        "dir_1.a-b",
        made(withDisk(newVm(), "folder", "dir_1.a-b"))
            .path("disks")
            .path(0)
            .path("folder")
            .asText());
    for (String bad : List.of("-a", ".a", "2024", "a b", "目录", "a/b")) {
      assertInvalid(withDisk(newVm(), "folder", bad), "disks.folder");
      assertInvalid(withDisk(newDisk(), "volumeName", bad), "disks.volumeName");
    }
    assertInvalid(withDisk(originalVm(), "storagePool", "share01"), "disks.storagePool");
    assertInvalid(withDisk(mode("ORIGINAL_DISK"), "preallocation", "thin"), "disks.storagePool");
  }

  @Test
  @Tag("CAS-14")
  @Tag("CAS-17")
  @DisplayName("S1 7.2, 7.3: host and name go with a new VM, the target VM with a new disk")
  void targets() {
    assertInvalid(with(originalVm(), "targetHostId", "1"), "host");
    assertInvalid(with(newDisk(), "newVmName", "a"), "vmName");
    assertInvalid(with(newVm(), "targetVmId", "1"), "vm");
    assertInvalid(with(originalVm(), "networks", List.of(Map.of("vswitchId", "1"))), "networks");
  }

  @Test
  @Tag("RST-07")
  @DisplayName("a kept restore job can be read and sent back as it is")
  void roundTrip() {
    Map<String, Object> body = withDisk(newVm(), "folder", "dir");
    body.put("cpuMode", "host-model");
    body.put("parallelVms", 7);
    JsonNode job = post(body).expect(200).json();
    String path = "/restore-jobs/" + job.path("id").asText();
    JsonNode again = operator.put(path, job.path("definition")).expect(200).json();
    assertEquals(job.path("definition"), again.path("definition"));
  }

  private void presetAndRange(String field, int preset, int min, int max) {
    assertEquals(preset, made(newVm()).path(field).asInt(-1), field);
    for (int value : new int[] {min, max}) {
      assertEquals(value, made(with(newVm(), field, value)).path(field).asInt(-1), field);
    }
    for (int value : new int[] {min - 1, max + 1}) {
      assertOutOfRange(post(with(newVm(), field, value)), field, value, min, max);
    }
  }

  private void assertInvalid(Map<String, Object> body, String field) {
    Refusals.assertInvalid(post(body), field);
  }

  private JsonNode made(Map<String, Object> body) {
    JsonNode job = post(body).expect(200).json();
    return operator
        .get("/restore-jobs/" + job.path("id").asText())
        .expect(200)
        .json()
        .path("definition");
  }

  private Http.Answer post(Map<String, Object> body) {
    JsonNode issued = operator.post("/captchas", Map.of()).expect(200).json();
    Map<String, Object> answered = new HashMap<>(body);
    answered.put("captchaId", issued.path("id").asText());
    answered.put("captcha", issued.path("characters").asText());
    return operator.post("/restore-jobs", answered);
  }

  private static Map<String, Object> with(Map<String, Object> body, String field, Object value) {
    body.put(field, value);
    return body;
  }

  private static Map<String, Object> withDisk(
      Map<String, Object> body, String field, String value) {
    return with(body, "disks", List.of(Map.of("diskKey", "vda", field, value)));
  }

  private Map<String, Object> newVm() {
    return with(with(mode("NEW_VM"), "targetHostId", "1"), "newVmName", "copy");
  }

  private Map<String, Object> newDisk() {
    return with(mode("NEW_DISK"), "targetVmId", "1");
  }

  private Map<String, Object> originalVm() {
    return mode("ORIGINAL_VM");
  }

  private Map<String, Object> mode(String mode) {
    jobs++;
    Map<String, Object> body = new HashMap<>();
    body.put("name", "restore " + jobs + " " + place.poolId());
    body.put("restorePointId", Rows.id());
    body.put("mode", mode);
    body.put("platformId", place.platformId());
    body.put("disks", List.of(Map.of("diskKey", "vda")));
    return body;
  }
}
