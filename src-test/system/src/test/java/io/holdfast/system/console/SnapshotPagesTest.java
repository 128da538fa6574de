package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pages of VM snapshots and their schedules in Chromium. */
@ExtendWith(Bed.Shared.class)
@Tag("CAS-21")
class SnapshotPagesTest {
  private static final String PLATFORM = "CAS 测试";
  private static final String TABLE = "[id=\"snapshotsForm:snapshots\"]";
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
  @Tag("CON-01")
  void takenRefusedRevertedAndDeleted(Language language, Bed bed) {
    String vm = Bed.name("web-snap");
    String id =
        bed.cas()
            .createVm(
                vm,
                true,
                List.of(
                    Map.of(
                        "sizeBytes",
                        64 << 20,
                        "format",
                        "qcow2",
                        "pool",
                        "share01",
                        "content",
                        List.of())));
    bed.operator().vmNode(bed.place().platformId(), vm); // reads the inventory anew
    String snapshot = Bed.name("web-point");
    String schedule = Bed.name("web-plan");
    try (ConsolePage page =
        chromium.open(bed.installation().console(), language, new Wording(Names.of(bed)))) {
      page.go("login/login.xhtml");
      page.fill("loginForm:user", "admin");
      page.fill("loginForm:password", Bed.PASSWORD);
      page.click("loginForm:signIn");
      page.waitForAddress("overview");
      page.visit("navSnapshots", "snapshots/snapshots.xhtml");
      page.go("snapshots/snapshots.xhtml?platform=" + bed.place().platformId() + "&vm=" + id);
      page.look("snapshots-none");
      page.click("snapshotsForm:take");
      page.waitForFocus("takeForm:name");
      page.fill("takeForm:name", "holdfast-1");
      page.click("takeForm:create");
      page.find("[id=\"takeForm\"] .ui-message-error").first().waitFor();
      page.look("snapshots-refused");
      page.fill("takeForm:name", snapshot);
      page.click("takeForm:create");
      page.find(TABLE + " >> text=" + snapshot).waitFor();
      page.look("snapshots-taken");

      page.click("snapshotsForm:snapshots:0:revert");
      page.waitFor("confirmYes");
      page.look("snapshots-revert");
      page.click("confirmYes");
      page.find(".ui-messages-error").first().waitFor();
      page.look("snapshots-running");
      assertEquals(List.of(snapshot), bed.cas().snapshots(vm));
      page.click("snapshotsForm:snapshots:0:delete");
      page.waitFor("confirmYes");
      page.click("confirmYes");
      page.find(TABLE + " .ui-datatable-empty-message").waitFor();
      assertEquals(List.of(), bed.cas().snapshots(vm));

      page.click("actions:schedules");
      page.waitForAddress("snapshots/schedules.xhtml");
      page.look("schedules");
      page.click("actions:add");
      page.waitForFocus("scheduleForm:name");
      page.look("schedule-dialog");
      page.fill("scheduleForm:name", schedule);
      page.click("scheduleForm:save");
      page.find("[id=\"scheduleForm\"] .ui-message-error").first().waitFor();
      page.look("schedule-incomplete");
      assertFalse(
          bed.api().get("/snapshot-schedules").toString().contains(schedule), "nothing is saved");
      saved(page, bed, schedule, vm);
    }
  }

  /** The dialog completed and saved, changed, and the schedule removed again. */
  private static void saved(ConsolePage page, Bed bed, String schedule, String vm) {
    if (!page.text("scheduleForm:platform_label").equals(PLATFORM)) {
      page.choose("scheduleForm:platform", PLATFORM);
    }
    page.check("scheduleForm:content", vm);
    page.fill("scheduleForm:keepCount", "3");
    page.click("scheduleForm:save");
    page.find("[id=\"schedulesForm:schedules\"] >> text=" + schedule).first().waitFor();
    page.look("schedule-saved");
    JsonNode kept = schedule(bed, schedule).path("settings");
    assertEquals(3, kept.path("keepCount").asInt(), kept.toString());
    assertTrue(kept.path("enabled").asBoolean(), kept.toString());
    assertEquals(bed.place().platformId(), kept.path("platformId").asText());
    assertEquals(1, kept.path("content").size(), kept.toString());
    assertTrue(kept.path("content").toString().contains(vm), kept.toString());

    page.find("[id=\"schedulesForm:schedules\"] tr:has-text(\"" + schedule + "\") .pi-pencil")
        .click();
    page.waitForFocus("scheduleForm:name");
    page.fill("scheduleForm:keepCount", "5");
    page.click("scheduleForm:save");
    page.waitGone("scheduleDialog");
    kept = schedule(bed, schedule).path("settings");
    assertEquals(5, kept.path("keepCount").asInt());
    assertEquals(1, kept.path("content").size(), "what was chosen stays");
    bed.api().delete("/snapshot-schedules/" + schedule(bed, schedule).path("id").asText());
  }

  private static JsonNode schedule(Bed bed, String name) {
    for (JsonNode each : bed.api().get("/snapshot-schedules")) {
      if (name.equals(each.at("/settings/name").asText())) {
        return each;
      }
    }
    throw new AssertionError("no schedule " + name);
  }
}
