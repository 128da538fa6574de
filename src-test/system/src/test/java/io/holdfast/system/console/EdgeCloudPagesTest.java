package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.SimulatedCloud;
import io.holdfast.system.hikcloud.CloudBed;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Edge Cloud in Chromium: platform and Ceph pool, a job with its options only, mapped disks. */
@ExtendWith({Bed.Shared.class, CloudBed.Shared.class})
@Tag("CON-01")
class EdgeCloudPagesTest {
  private static final long MIB = 1 << 20;
  private static Chromium chromium;

  @BeforeAll
  static void start() {
    chromium = new Chromium();
  }

  @AfterAll
  static void stop() {
    chromium.close();
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  @Tag("RES-02")
  @Tag("RES-03")
  @Tag("INV-01")
  @Tag("HIK-01")
  @Tag("HIK-04")
  void registeredBackedUpAndRestoredOverMappedDisks(Language language, Bed bed, CloudBed cloud) {
    JsonNode vm = cloud.running("web-edge", 16 * MIB);
    cloud.cloud().write(CloudBed.id(vm), 0, 0, MIB, 0x41);
    JsonNode target = cloud.cloud().create(Bed.name("web-target"), 8 * MIB, 16 * MIB);
    String platform = Bed.name("web-cloud");
    String job = Bed.name("web-edge-job");
    String pool = bed.api().get("/pools/" + bed.place().poolId()).path("name").asText();
    try (ConsolePage page =
        chromium.open(bed.installation().console(), language, new Wording(Names.of(bed)))) {
      page.go("login/login.xhtml");
      page.fill("loginForm:user", "admin");
      page.fill("loginForm:password", Bed.PASSWORD);
      page.click("loginForm:signIn");
      page.waitForAddress("overview");
      register(page, cloud, platform);
      makeJob(page, platform, CloudBed.name(vm), pool, job);
      String id = bed.api().get("/jobs?q=" + job).path("items").path(0).path("id").asText();
      JsonNode options = bed.api().get("/jobs/" + id).path("options");
      assertEquals(2, options.path("streamsPerDisk").asInt(), options.toString());
      cloud.operator().done(cloud.operator().start(id, "FULL"));
      restore(page, CloudBed.name(vm), target);
      cloud.operator().done(newestRun(bed));
      assertTrue(restoreTo(bed, CloudBed.id(target)).path("refuseRunning").asBoolean(), "chosen");
    }
    assertEquals(cloud.digest(vm, 0), cloud.digest(target, 1));
  }

  /** How the restore job to a VM is kept. */
  private static JsonNode restoreTo(Bed bed, String vmId) {
    for (JsonNode job : bed.api().get("/restore-jobs?limit=1000").path("items")) {
      if (job.path("targetVmId").asText().equals(vmId)) {
        return job.path("definition");
      }
    }
    throw new AssertionError("no restore job to " + vmId);
  }

  private static String newestRun(Bed bed) {
    return bed.api().get("/runs?limit=1").path("items").path(0).path("id").asText();
  }

  private static void register(ConsolePage page, CloudBed cloud, String platform) {
    page.visit("navPlatforms", "resources/platforms.xhtml");
    page.click("actions:add");
    page.waitForFocus("platformForm:name");
    page.chooseAt("platformForm:kind", 1);
    assertEquals("30188", page.byId("platformForm:port_input").inputValue());
    page.look("edge-platform");
    page.fill("platformForm:name", platform);
    page.fill("platformForm:address", "127.0.0.1");
    page.fill("platformForm:port_input", String.valueOf(cloud.cloud().port()));
    page.fill("platformForm:user", SimulatedCloud.ACCESS_KEY);
    page.fill("platformForm:password", SimulatedCloud.SECRET_KEY);
    page.chooseAt("platformForm:backupHost", 0);
    page.click("platformForm:test");
    page.find("[id=\"platformForm:tested\"] .hf-good").waitFor();
    page.click("platformForm:save");
    page.find("[id=\"platformsForm:platforms\"] >> text=" + platform).waitFor();
    page.look("edge-platforms");
    page.find(
            "[id=\"platformsForm:platforms_data\"] tr:has-text(\"" + platform + "\") .pi-database")
        .first()
        .click();
    page.waitFor("cephForm:pool");
    page.settle();
    page.look("edge-ceph");
    page.fill("cephForm:pool", "nowhere");
    page.fill("cephForm:configuration", cloud.cloud().configuration().toString());
    page.click("cephForm:save");
    page.find("[id=\"cephForm\"] .ui-messages-error, [id=\"cephForm\"] .ui-message-error")
        .first()
        .waitFor();
    page.look("edge-ceph-refused");
    page.fill("cephForm:pool", SimulatedCloud.POOL);
    page.click("cephForm:save");
    page.waitFor("cephForm:storages:0:edit");
    page.look("edge-ceph-saved");
    page.click("cephForm:close");
  }

  private static void makeJob(
      ConsolePage page, String platform, String vm, String pool, String job) {
    page.visit("navBackup", "backup/jobs.xhtml");
    page.byId("actions:add").click();
    page.waitForAddress("backup/wizard.xhtml");
    page.choose("wizard:platform", platform);
    page.byId("wizard:tree").waitFor();
    assertEquals(0, page.byId("wizard:view").count(), "one view only");
    page.fill("wizard:search", vm);
    page.click("wizard:find");
    page.find("[id=\"wizard:tree\"] li.ui-treenode[data-nodetype=VM] .ui-chkbox-box")
        .first()
        .click();
    page.settle();
    page.waitFor("wizard:nodes:0:drop");
    page.look("edge-content");
    page.click("wizard:next");
    page.waitFor("wizard:pool");
    page.choose("wizard:pool", pool);
    page.click("wizard:next");
    page.waitFor("wizard:planKind");
    page.radio("wizard:planKind", "MANUAL");
    page.radio("wizard:backupType", "FULL");
    page.look("edge-plan");
    page.click("wizard:next");
    page.waitFor("wizard:compression");
    page.find("[id=\"wizard:advanced\"] legend").click();
    page.look("edge-options");
    for (String there : List.of("enableTracking", "validDataOnly", "platformRetries")) {
      assertEquals(1, page.byId("wizard:" + there).count(), there);
    }
    for (String absent :
        List.of("snapshotType", "dataPlane", "bufferBytes", "sdkLogLevel", "shutDown")) {
      assertEquals(0, page.byId("wizard:" + absent).count(), absent);
    }
    page.click("wizard:next");
    page.waitFor("wizard:name");
    page.fill("wizard:name", job);
    page.look("edge-summary");
    page.click("wizard:save");
    page.waitForAddress("backup/jobs.xhtml");
  }

  private static void restore(ConsolePage page, String vm, JsonNode target) {
    page.visit("navRestore", "restore/wizard.xhtml");
    page.fill("wizard:search", vm);
    page.click("wizard:find");
    page.find("[id=\"wizard:vms\"] [data-nodetype=VM] .ui-treenode-label").first().click();
    page.waitFor("wizard:points:0:choose");
    page.click("wizard:points:0:choose");
    page.waitFor("wizard:mode");
    assertEquals(2, page.find("[id=\"wizard:mode\"] .ui-radiobutton").count());
    page.radio("wizard:mode", "EXISTING_DISK");
    page.look("edge-what");
    page.click("wizard:next");
    page.waitFor("wizard:vm");
    page.choose("wizard:vm", CloudBed.name(target));
    page.waitFor("wizard:mapping:0:targetDisk");
    page.look("edge-mapping");
    page.click("wizard:next");
    page.waitFor("wizard:snapshotBefore");
    page.click("wizard:refuseRunning");
    page.look("edge-restore-options");
    page.click("wizard:next");
    page.waitFor("wizard:captcha");
    page.look("edge-restore-summary");
    page.click("wizard:captchaAsText");
    page.fill("wizard:captcha", page.text("wizard:captchaText"));
    page.click("wizard:start");
    page.waitFor("confirmYes");
    page.click("confirmYes");
    page.waitForAddress("monitor/monitor.xhtml");
  }
}
