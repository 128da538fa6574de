package io.holdfast.servertest;

import static io.holdfast.servertest.inside.Refusals.assertInvalid;
import static io.holdfast.servertest.inside.Refusals.assertOutOfRange;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
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
 * The options of backups in the CAS guide, tables 2 and 3, row by row through REST: preset, both
 * ends of the range, what lies outside is refused naming field, value and range, what does not
 * apply is refused as well. The numbers are the guide's own.
 */
@ExtendWith(ArquillianExtension.class)
@Order(16)
class BackupOptionsRestTest {
  private Http operator;
  private Rows.Place place;
  private int jobs;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(BackupOptionsRestTest.class);
  }

  @BeforeEach
  void begin() {
    operator = Accounts.with(Role.OPERATOR);
    place = Rows.place();
  }

  @Test
  @Tag("OPT-01")
  @DisplayName("S1 table 2, compression: fast unless chosen, none, adjustable with a level")
  void table2Compression() {
    assertEquals("FAST", preset().path("compression").asText());
    choices("FULL", "compression", List.of("NONE", "FAST", "ADJUSTABLE"), "LZMA");
    range("compressionLevel", 1, 19);
  }

  @Test
  @Tag("OPT-02")
  @DisplayName("S1 tables 2, dedup mode: at the agent unless chosen")
  void table2DedupMode() {
    assertEquals("AGENT", preset().path("dedupMode").asText());
    choices("FULL", "dedupMode", List.of("AGENT", "SERVER"), "NOWHERE");
  }

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  @DisplayName(
      "S1 table 2, parallel VMs 1-32 (2), per host 1-10 (2), disks 1-5 (1), streams 1-5 (1)")
  void table2Parallelism() {
    presetAndRange("parallelVms", 2, 1, 32);
    presetAndRange("vmsPerHost", 2, 1, 10);
    presetAndRange("disksPerVm", 1, 1, 5);
    presetAndRange("streamsPerDisk", 1, 1, 5);
  }

  @Test
  @Tag("OPT-07")
  @DisplayName("S1 table 2, conditions of no backup: 10 % and 500 GiB, each can be switched off")
  void table2FreeSpace() {
    presetAndRange("reservePercent", 10, 0, 99);
    presetAndRange("reserveGib", 500, 0, 1 << 20);
    JsonNode off = made("FULL", Map.of("reservePercent", 0, "reserveGib", 0)).path("options");
    assertEquals(0, off.path("reservePercent").asInt(-1));
    assertEquals(0, off.path("reserveGib").asInt(-1));
  }

  @Test
  @Tag("CAS-02")
  @DisplayName("S1 table 2, CBT: an option of full backups, incrementals need it")
  void table2Tracking() {
    assertTrue(preset().path("enableTracking").asBoolean());
    assertEquals(
        "false",
        made("FULL", Map.of("enableTracking", false))
            .path("options")
            .path("enableTracking")
            .asText());
    for (String type : List.of("INCREMENTAL", "DIFFERENTIAL")) {
      assertInvalid(post(type, Map.of("enableTracking", false)), "enableTracking");
    }
  }

  @Test
  @Tag("CAS-03")
  @DisplayName("S1 table 2, non-CBT backup: full, alarm or silence; silence asks for a captcha")
  void table2WithoutTracking() {
    assertEquals("FULL", preset().path("untracked").asText());
    assertInvalid(post("FULL", Map.of("untracked", "SKIP_AND_ALARM")), "untracked");
    assertInvalid(post("INCREMENTAL", Map.of("untracked", "GUESS")), "untracked");
    JsonNode alarm = made("INCREMENTAL", Map.of("untracked", "SKIP_AND_ALARM"));
    assertEquals("SKIP_AND_ALARM", alarm.path("options").path("untracked").asText());

    Map<String, Object> silent = body("INCREMENTAL", Map.of("untracked", "SKIP_SILENTLY"));
    Http.Answer unasked = operator.post("/jobs", silent);
    assertEquals("FIELD_MISSING", unasked.json().path("title").asText(), unasked.text());
    assertEquals("captcha", unasked.json().path("parameters").path("field").asText());
    Map<String, Object> wrong = new HashMap<>(silent);
    wrong.putAll(captcha());
    wrong.put("captcha", "????");
    assertEquals("CAPTCHA_WRONG", operator.post("/jobs", wrong).json().path("title").asText());
    assertEquals(
        "0",
        Rows.text(
            "SELECT count(*) FROM backup_policy WHERE name = ?", silent.get("name").toString()));
    Map<String, Object> right = new HashMap<>(silent);
    right.putAll(captcha());
    JsonNode job = operator.post("/jobs", right).expect(200).json();
    String path = "/jobs/" + job.path("id").asText();
    operator.put(path, silent).expect(200);
    String other = "/jobs/" + alarm.path("id").asText();
    Map<String, Object> renamed = new HashMap<>(silent);
    renamed.put("name", alarm.path("name").asText());
    assertEquals(
        "FIELD_MISSING",
        operator.put(other, renamed).json().path("title").asText(),
        "a job that begins to be silent asks too");
    assertEquals(
        "SKIP_AND_ALARM", operator.get(other).json().path("options").path("untracked").asText());
  }

  @Test
  @Tag("CAS-08")
  @DisplayName("S1 table 2, preferred network: adaptive unless chosen, backup, storage, management")
  void table2Network() {
    assertEquals("ADAPTIVE", preset().path("preferredNetwork").asText());
    choices(
        "FULL",
        "preferredNetwork",
        List.of("ADAPTIVE", "BACKUP", "STORAGE", "MANAGEMENT"),
        "BUSINESS");
  }

  @Test
  @Tag("OPT-18")
  @DisplayName("S1 table 2, shut the VM down for the backup: off unless chosen, 10 s")
  void table2ShutDown() {
    assertEquals("false", preset().path("shutDown").asText());
    presetAndRange("shutdownSeconds", 10, 10, 1800);
    JsonNode on = made("FULL", Map.of("shutDown", true, "shutdownSeconds", 60)).path("options");
    assertTrue(on.path("shutDown").asBoolean());
    assertEquals(60, on.path("shutdownSeconds").asInt());
  }

  @Test
  @Tag("OPT-16")
  @DisplayName("S1 table 2, valid data: on unless switched off")
  void table2ValidData() {
    assertTrue(preset().path("validDataOnly").asBoolean());
    assertEquals(
        "false",
        made("FULL", Map.of("validDataOnly", false))
            .path("options")
            .path("validDataOnly")
            .asText());
  }

  @Test
  @Tag("OPT-08")
  @Tag("OPT-09")
  @DisplayName("S1 table 3, reconnect time 1-60 min (10), resume buffer (10 MiB)")
  void table3Reconnect() {
    presetAndRange("reconnectMinutes", 10, 1, 60);
    presetAndRange("resumeBufferMib", 10, 1, 256);
  }

  @Test
  @Tag("CAS-09")
  @DisplayName(
      "S1 table 3, CVD-SDK: buffer 64 KiB-8 MiB (1 MiB), log level (message), 1-10 min (10)")
  void table3Sdk() {
    presetAndRange("bufferBytes", 1 << 20, 64 << 10, 8 << 20);
    for (int kib : new int[] {64, 128, 256, 512, 1024, 2048, 4096, 8192}) {
      JsonNode kept = made("FULL", Map.of("bufferBytes", kib << 10)).path("options");
      assertEquals(kib << 10, kept.path("bufferBytes").asInt());
    }
    assertInvalid(post("FULL", Map.of("bufferBytes", 100 << 10)), "bufferBytes");
    assertEquals("message", preset().path("sdkLogLevel").asText());
    choices("FULL", "sdkLogLevel", List.of("message", "warning", "error"), "debug");
    presetAndRange("connectTimeoutSeconds", 600, 60, 600);
  }

  @Test
  @Tag("CAS-05")
  @DisplayName("S1 table 3, snapshot: adaptive unless chosen, external, internal")
  void table3Snapshot() {
    assertEquals("ADAPTIVE", preset().path("snapshotType").asText());
    choices("FULL", "snapshotType", List.of("ADAPTIVE", "EXTERNAL", "INTERNAL"), "NONE");
  }

  @Test
  @Tag("CAS-05")
  @DisplayName("Freezing guests: where possible unless chosen, required, off; 5-300 s (30)")
  void freezingOfGuests() {
    assertEquals("ADAPTIVE", preset().path("guestFreeze").asText());
    choices("FULL", "guestFreeze", List.of("ADAPTIVE", "REQUIRED", "OFF"), "SOMETIMES");
    presetAndRange("freezeSeconds", 30, 5, 300);
  }

  @Test
  @Tag("OPT-14")
  @Tag("OPT-15")
  @DisplayName("S1 table 3, retries 0-10 (3) every 0-120 min (10); requests of the platform (15)")
  void table3Retries() {
    presetAndRange("retryTimes", 3, 0, 10);
    presetAndRange("retryMinutes", 10, 0, 120);
    presetAndRange("platformRetries", 15, 0, 100);
  }

  @Test
  @Tag("INV-05")
  @DisplayName("S1 6.5 and table 7: exclusion rules are kept, and refused when there are too many")
  void rulesThatLeaveVmsOut() {
    Map<String, Object> body = body("FULL", Map.of());
    body.put(
        "exclusions",
        Map.of(
            "patterns",
            List.of(" db-* ", "", "测试?"),
            "removed",
            List.of(Map.of("nodeId", "VM:7", "kind", "VM", "name", "七"))));
    JsonNode job = operator.post("/jobs", body).expect(200).json();
    JsonNode read = operator.get("/jobs/" + job.path("id").asText()).expect(200).json();
    assertEquals("[\"db-*\",\"测试?\"]", read.path("exclusions").path("patterns").toString());
    assertEquals("VM:7", read.path("exclusions").path("removed").path(0).path("nodeId").asText());
    JsonNode copy =
        operator
            .post("/jobs/" + job.path("id").asText() + "/copy", Map.of("name", "copy " + place))
            .expect(200)
            .json();
    assertEquals(read.path("exclusions"), copy.path("exclusions"));

    Map<String, Object> many = body("FULL", Map.of());
    many.put("exclusions", Map.of("patterns", List.of("a".repeat(151))));
    assertEquals(
        "exclusions",
        operator.post("/jobs", many).json().path("parameters").path("field").asText());
    Http.Answer chinese = operator.speaking("zh").post("/jobs", many);
    assertTrue(chinese.json().path("detail").asText().contains("排除规则"), chinese.text());
    operator.put("/jobs/" + job.path("id").asText(), body("FULL", Map.of())).expect(200);
    assertEquals(
        "[]",
        operator
            .get("/jobs/" + job.path("id").asText())
            .json()
            .path("exclusions")
            .path("removed")
            .toString());
  }

  private JsonNode preset() {
    return made("FULL", Map.of()).path("options");
  }

  private void presetAndRange(String field, int preset, int min, int max) {
    assertEquals(preset, preset().path(field).asInt(-1), field);
    range(field, min, max);
  }

  private void range(String field, int min, int max) {
    for (int value : new int[] {min, max}) {
      JsonNode kept = made("FULL", Map.of(field, value)).path("options");
      assertEquals(value, kept.path(field).asInt(-1), field);
    }
    for (int value : new int[] {min - 1, max + 1}) {
      assertOutOfRange(post("FULL", Map.of(field, value)), field, value, min, max);
    }
  }

  private void choices(String type, String field, List<String> allowed, String wrong) {
    for (String value : allowed) {
      JsonNode kept = made(type, Map.of(field, value)).path("options");
      assertEquals(value, kept.path(field).asText());
    }
    assertInvalid(post(type, Map.of(field, wrong)), field);
  }

  private Map<String, Object> captcha() {
    JsonNode issued = operator.post("/captchas", Map.of()).expect(200).json();
    return Map.of(
        "captchaId", issued.path("id").asText(), "captcha", issued.path("characters").asText());
  }

  private JsonNode made(String type, Map<String, Object> options) {
    JsonNode job = post(type, options).expect(200).json();
    return operator.get("/jobs/" + job.path("id").asText()).expect(200).json();
  }

  private Http.Answer post(String type, Map<String, Object> options) {
    return operator.post("/jobs", body(type, options));
  }

  private Map<String, Object> body(String type, Map<String, Object> options) {
    jobs++;
    Map<String, Object> job = new HashMap<>();
    job.put("name", "options " + jobs + " " + place.poolId());
    job.put("platformId", place.platformId());
    job.put("agentId", place.agentId());
    job.put("poolId", place.poolId());
    job.put("content", List.of(Map.of("nodeId", "1", "kind", "VM", "name", "虚拟机")));
    job.put("type", type);
    job.put("options", options);
    return job;
  }
}
