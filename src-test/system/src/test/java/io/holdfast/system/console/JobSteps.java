package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;

/** The backup wizard, step by step. One thread. */
final class JobSteps {
  private final ConsolePage page;

  JobSteps(ConsolePage page) {
    this.page = page;
  }

  /** Makes a manual, incremental job for a VM, asking first what it would get. */
  void make(String vm, String platform, String pool, String job) {
    page.visit("navBackup", "backup/jobs.xhtml");
    page.byId("actions:add").click();
    page.waitForAddress("backup/wizard.xhtml");
    page.click("wizard:next");
    page.look("wizard-incomplete");
    page.choose("wizard:platform", platform);
    chooseContent(vm);
    page.click("wizard:next");
    page.waitFor("wizard:pool");
    page.look("wizard-target");
    page.choose("wizard:pool", pool);
    page.click("wizard:next");
    page.waitFor("wizard:planKind");
    page.radio("wizard:planKind", "MANUAL");
    page.radio("wizard:backupType", "INCREMENTAL");
    page.look("wizard-plan");
    page.click("wizard:next");
    page.waitFor("wizard:compression");
    page.find("[id=\"wizard:advanced\"] legend").click();
    page.look("wizard-options");
    SpeedSteps.enter(page);
    page.click("wizard:next");
    page.waitFor("wizard:name");
    SpeedSteps.read(page);
    page.fill("wizard:name", job);
    page.look("wizard-summary");
    page.click("wizard:check");
    page.find("[id=\"wizard:checks_data\"] tr strong").first().waitFor();
    page.look("wizard-checked");
    assertEquals(0, page.find("[id=\"wizard:checks\"] .hf-error-text:not(:empty)").count());
    page.click("wizard:save");
    page.waitForAddress("backup/jobs.xhtml");
    page.look("jobs-added");
  }

  private void chooseContent(String vm) {
    Locator tree = page.byId("wizard:tree");
    tree.waitFor();
    page.look("wizard-clusters");
    assertTrue(tree.locator("[data-nodetype=HOST_POOL]").count() > 0, "the view by host pools");
    page.find("[id=\"wizard:view\"] .ui-button").nth(1).click();
    page.settle();
    assertEquals(0, tree.locator("[data-nodetype=HOST_POOL]").count(), "the view by hosts");
    assertTrue(tree.locator("[data-nodetype=HOST]").count() > 1, "both hosts");
    page.look("wizard-hosts");
    page.fill("wizard:search", vm);
    page.click("wizard:find");
    Locator found = tree.locator("li.ui-treenode[data-nodetype=VM]");
    Waiting.until("one VM", Duration.ofSeconds(10), found::count, count -> count == 1);
    found.locator(".ui-chkbox-box").click();
    page.settle();
    page.waitFor("wizard:nodes:0:drop");
    page.look("wizard-content");
  }
}
