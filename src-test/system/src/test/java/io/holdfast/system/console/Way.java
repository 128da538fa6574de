package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The demo's way through the console as an administrator clicks it, in one language. Every step
 * judges the pages it comes by. One thread.
 */
final class Way {
  static final String VM = "web-01";
  private static final Duration RUN_LIMIT = Duration.ofMinutes(2);
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

  private final Bed bed;
  private final ConsolePage page;
  private final String platform;
  private final String pool;
  private final String job;
  private final String copy;
  private final String tag;
  private final Path poolFolder;

  Way(Bed bed, ConsolePage page) {
    this.bed = bed;
    this.page = page;
    this.tag = page.language().tag();
    this.platform = Names.PLATFORM + tag;
    this.pool = Names.POOL + tag;
    this.job = Names.JOB + tag;
    this.copy = Names.COPY + tag;
    this.poolFolder = bed.installation().state().resolve(Names.FOLDER + tag);
  }

  String copy() {
    return copy;
  }

  /** What {@link #restoreMany} makes of the VM. */
  String oneOfMany() {
    return Names.COPY + VM + "-" + tag;
  }

  void refuseWrongPassword() {
    page.go("login/login.xhtml");
    page.look("login");
    page.fill("loginForm:user", "admin");
    page.fill("loginForm:password", "not the password 1");
    page.click("loginForm:signIn");
    assertTrue(isSentence(page.text("loginForm:messages")), page.text("loginForm:messages"));
    page.look("login-refused");
  }

  void logIn() {
    page.fill("loginForm:user", "admin");
    page.fill("loginForm:password", Bed.PASSWORD);
    page.click("loginForm:signIn");
    page.waitForAddress("overview");
    page.look("overview-first");
  }

  void seeAgent() {
    page.visit("navAgents", "resources/agents.xhtml");
    assertEquals(1, page.find("[id=\"agentsForm:agents\"] .hf-state.hf-good").count());
  }

  void addPlatform() {
    page.visit("navPlatforms", "resources/platforms.xhtml");
    page.click("actions:add");
    page.waitForFocus("platformForm:name");
    page.fill("platformForm:name", platform);
    page.fill("platformForm:address", "127.0.0.1");
    page.fill("platformForm:port_input", String.valueOf(bed.cas().cvmPort()));
    page.fill("platformForm:user", SimulatedCas.USER);
    page.fill("platformForm:password", "not the password 1");
    page.chooseAt("platformForm:backupHost", 0);
    page.click("platformForm:test");
    page.find("[id=\"platformForm\"] .ui-messages-error, [id=\"platformForm\"] .ui-message-error")
        .first()
        .waitFor();
    assertFalse(page.find("[id=\"platformForm:tested\"] .hf-good").isVisible());
    page.look("platform-refused");
    page.fill("platformForm:password", SimulatedCas.PASSWORD);
    page.click("platformForm:test");
    page.find("[id=\"platformForm:tested\"] .hf-good").waitFor();
    page.look("platform-tested");
    page.click("platformForm:save");
    page.find("[id=\"platformsForm:platforms\"] >> text=" + platform).waitFor();
    page.look("platforms-added");
  }

  void createPool() {
    page.visit("navPools", "pools/pools.xhtml");
    page.click("actions:add");
    page.waitForFocus("poolForm:name");
    page.click("poolForm:create");
    page.look("pool-incomplete");
    page.fill("poolForm:name", pool);
    page.chooseAt("poolForm:agent", 0);
    page.fill("poolForm:folder", poolFolder.toString());
    page.click("poolForm:create");
    page.find("[id=\"poolsForm:pools\"] >> text=" + pool).waitFor();
    page.look("pools-added");
  }

  void makeJob() {
    new JobSteps(page).make(VM, platform, pool, job);
  }

  void startFull() {
    page.fill("jobsForm:search", job);
    page.click("jobsForm:find");
    page.click("jobsForm:jobs:0:start");
    page.waitFor("startForm:start");
    page.radio("startForm:type", "FULL");
    page.look("jobs-start");
    // So that the page has something to follow.
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 60, "times", 0));
    page.byId("startForm:start").click();
    page.waitForAddress("monitor/monitor.xhtml");
    Set<String> figures = watch("monitor-backup");
    bed.cas().clearFaults();
    assertTrue(figures.size() > 1, "the page moves while the run does: " + figures);
  }

  /**
   * Follows the page, which is never loaded again, until nothing runs any more.
   *
   * @return the different figures it showed
   */
  private Set<String> watch(String picture) {
    page.waitFor("monitorForm:active:0:vms");
    page.look(picture);
    Set<String> figures = new LinkedHashSet<>();
    Waiting.until(
        "the end of the run on the page",
        RUN_LIMIT,
        () -> {
          page.find(".hf-figures").all().forEach(one -> figures.add(figureOf(one)));
          return page.isThere("monitorForm:active:0:vms");
        },
        running -> !running);
    page.look(picture + "-done");
    assertTrue(
        page.find("[id=\"monitorForm:recent:0:details\"]").isVisible(),
        "the run stands in the list");
    assertEquals(
        1, page.find("[id=\"monitorForm:recent_data\"] tr").first().locator(".hf-good").count());
    return figures;
  }

  private static String figureOf(Locator figures) {
    return figures.isVisible() ? figures.textContent().replaceAll("\\s+", " ") : "";
  }

  void readAlarms() {
    // Not judged before the search: what other tests' VMs met is in the platform's own words.
    page.click("navAlarms:link");
    page.waitForAddress("alarms/alarms.xhtml");
    page.fill("alarmsForm:search", job);
    page.click("alarmsForm:find");
    page.look("alarms");
  }

  void readHistory() {
    page.visit("navHistory", "history/history.xhtml");
    page.fill("historyForm:search", job);
    page.click("historyForm:find");
    page.look("history-found");
    page.click("historyForm:runs:0:log");
    page.waitFor("logForm:lines");
    Locator lines = page.find("[id=\"logForm:lines_data\"] tr");
    Waiting.until("log lines", Duration.ofSeconds(10), lines::count, count -> count > 2);
    String end = lines.last().innerText();
    assertEquals(page.language() == Language.ZH, CHINESE.matcher(end).find(), end);
    page.look("history-log");
    page.click("logForm:close");
    page.byId("historyForm:runs:0:details").click();
    page.waitForAddress("history/run.xhtml?run=");
    page.waitFor("runForm:vms");
    page.look("run");
    String run = page.address().replaceAll(".*run=", "");
    boolean line = bed.api().get("/runs/" + run + "/traffic").size() > 1;
    assertEquals(line ? 1 : 0, page.find("[id=\"runForm:traffic\"] canvas").count(), "the chart");
    assertTrue(page.text("runForm:vms").contains("100 %"), page.text("runForm:vms"));
  }

  /** On the page of one run, which needs its parameter. */
  void switchLanguageAndBack() {
    Language mine = page.language();
    page.speak(mine.other());
    assertTrue(page.address().contains("history/run.xhtml"), page.address());
    page.waitFor("runForm:vms");
    page.look("run-switched");
    page.speak(mine);
    page.waitFor("runForm:vms");
  }

  void keepInOrder() {
    page.visit("navPools", "pools/pools.xhtml");
    page.find("[id=\"poolsForm:pools_data\"] tr:has-text(\"" + pool + "\") .pi-wrench")
        .first()
        .click();
    page.waitForAddress("pools/upkeep.xhtml?pool=");
    page.look("upkeep");
    page.click("upkeepForm:kinds:0:plan");
    page.waitFor("planForm:save");
    page.look("upkeep-plan");
    page.click("planForm:save");
    page.waitGone("planForm:save");
    page.click("upkeepForm:survey");
    page.find("[id=\"upkeepForm:jobs_data\"] .hf-good").first().waitFor();
    page.look("upkeep-surveyed");
    page.click("upkeepForm:verify");
    page.waitFor("verifyForm:start");
    page.look("upkeep-verify");
    page.click("verifyForm:start");
    page.waitGone("verifyForm:start");
    page.find("[id=\"upkeepForm:jobs_data\"] .hf-good").nth(1).waitFor();
    page.look("upkeep-verified");
    page.visit("navPoints", "restore/points.xhtml");
    page.find(
            "[id=\"pointsForm:vms\"] li:has-text(\""
                + pool
                + "\") [data-nodetype=VM] .ui-treenode-label")
        .first()
        .click();
    page.waitFor("pointsForm:points:0:protect");
    page.click("pointsForm:points:0:protect");
    page.waitFor("pointsForm:points:0:unprotect");
    page.look("point-protected");
    page.click("pointsForm:points:0:delete");
    page.find("[id=\"removalForm\"] .hf-error-text").first().waitFor();
    page.look("point-refused");
    page.click("removalForm:cancel");
    page.visit("navBackup", "backup/jobs.xhtml");
    page.fill("jobsForm:search", job);
    page.click("jobsForm:find");
    page.byId("jobsForm:jobs:0:retention").click();
    page.waitForAddress("backup/retentionPreview.xhtml?job=");
    page.look("retention-preview");
  }

  void restoreToNewVm() {
    page.visit("navRestore", "restore/wizard.xhtml");
    page.fill("wizard:search", VM);
    page.click("wizard:find");
    page.find(
            "[id=\"wizard:vms\"] li:has-text(\""
                + pool
                + "\") [data-nodetype=VM] .ui-treenode-label")
        .first()
        .click();
    page.waitFor("wizard:points:0:choose");
    page.look("restore-points");
    page.click("wizard:points:0:choose");
    page.waitFor("wizard:mode");
    page.radio("wizard:mode", "NEW_VM");
    page.look("restore-what");
    page.click("wizard:next");
    page.waitFor("wizard:vmName");
    page.chooseAt("wizard:host", 0);
    page.fill("wizard:vmName", copy);
    page.look("restore-target");
    page.click("wizard:next");
    page.waitFor("wizard:streamsPerDisk");
    page.look("restore-options");
    page.click("wizard:next");
    page.waitFor("wizard:captcha");
    page.look("restore-summary");
    page.fill("wizard:captcha", "0000");
    confirmRestore();
    page.find(".ui-message-error").first().waitFor();
    page.look("restore-captcha-refused");
    page.click("wizard:captchaAsText");
    page.fill("wizard:captcha", page.text("wizard:captchaText"));
    page.byId("wizard:start").click();
    page.byId("confirmYes").click();
    page.waitForAddress("monitor/monitor.xhtml");
    watch("monitor-restore");
  }

  /** The VM once more, as one of many: chosen by its box, named by prefix and suffix. */
  void restoreMany() {
    page.visit("navRestore", "restore/wizard.xhtml");
    page.byId("wizard:many").click();
    page.waitForAddress("restore/batch.xhtml");
    page.click("batch:next");
    page.find(".ui-messages-error").first().waitFor();
    page.look("many-none");
    page.choose("batch:pool", pool);
    page.find("[id=\"batch:vms_data\"] tr:has-text(\"" + VM + "\") .ui-chkbox-box").click();
    page.settle();
    page.look("many-vms");
    page.click("batch:next");
    page.waitFor("batch:host");
    page.chooseAt("batch:host", 0);
    page.fill("batch:prefix", Names.COPY);
    page.fill("batch:suffix", "-" + tag);
    page.look("many-target");
    page.click("batch:next");
    page.waitFor("batch:captcha");
    assertTrue(page.text("batch:checked").contains(oneOfMany()), page.text("batch:checked"));
    page.look("many-checked");
    page.click("batch:captchaAsText");
    page.fill("batch:captcha", page.text("batch:captchaText"));
    page.byId("batch:start").click();
    page.byId("confirmYes").click();
    page.waitForAddress("monitor/monitor.xhtml");
    watch("monitor-many");
  }

  private void confirmRestore() {
    page.click("wizard:start");
    page.waitFor("confirmYes");
    page.look("restore-ask");
    page.click("confirmYes");
  }

  /** What the wizard has kept is started again with a captcha of its own, and deleted. */
  void seeKeptRestoreJob() {
    page.visit("navRestoreJobs", "restore/jobs.xhtml");
    Locator mine =
        page.find("[id=\"jobsForm:jobs_data\"] tr")
            .filter(new Locator.FilterOptions().setHasText(copy));
    assertEquals(1, mine.count(), page.text("jobsForm:jobs"));
    page.click("jobsForm:jobs:0:start");
    page.waitFor("startForm:captcha");
    page.look("restore-again");
    page.fill("startForm:captcha", "0000");
    page.click("startForm:start");
    page.find("[id=\"startForm\"] .ui-message-error").first().waitFor();
    page.look("restore-again-refused");
    page.click("startForm:captchaAsText");
    page.fill("startForm:captcha", page.text("startForm:captchaText"));
    page.click("startForm:start");
    page.find("[id=\"startForm\"] .ui-messages-error").first().waitFor();
    assertEquals(0, page.find("#content > .ui-messages .ui-messages-error").count(), "said twice");
    page.click("startForm:cancel");
    page.click("jobsForm:jobs:0:delete");
    page.waitFor("confirmYes");
    page.look("restore-job-delete");
    page.click("confirmYes");
    Waiting.until("it is gone", Duration.ofSeconds(10), mine::count, count -> count == 0);
    page.look("restore-jobs-deleted");
  }

  /** Adds a user, changes it in every way and deletes it; one's own account cannot be. */
  void manageUsers() {
    page.visit("navUsers", "users/users.xhtml");
    page.click("actions:add");
    page.waitFor("userForm:name");
    page.look("user-add");
    page.fill("userForm:name", Names.USER);
    page.fill("userForm:password", "short");
    page.click("userForm:save");
    page.find("[id=\"userForm\"] .ui-message-error").first().waitFor();
    page.look("user-weak");
    page.fill("userForm:password", "First-one-1357");
    page.click("userForm:save");
    page.find("[id=\"usersForm:users\"] >> text=" + Names.USER).waitFor();
    page.look("users-added");
    Locator rows = page.find("[id=\"usersForm:users_data\"] tr");
    Locator mine = rows.filter(new Locator.FilterOptions().setHasText(Names.USER));
    mine.locator("[id$=\":roles\"]").click();
    page.waitFor("userForm:roles");
    page.look("user-roles");
    page.find("[id=\"userForm:roles\"] .ui-chkbox-box").last().click();
    page.click("userForm:save");
    mine.locator("[id$=\":password\"]").click();
    page.waitFor("userForm:password");
    page.look("user-password");
    page.fill("userForm:password", "Second-two-2468");
    page.click("userForm:save");
    confirmed(mine, "disable", "user-disable");
    mine.locator("[id$=\":enable\"]").waitFor();
    page.look("users-disabled");
    confirmed(mine, "delete", "user-delete");
    Waiting.until("it is gone", Duration.ofSeconds(10), mine::count, count -> count == 0);
    Locator own = rows.filter(new Locator.FilterOptions().setHasText("admin"));
    assertTrue(own.locator("[id$=\":delete\"]").isDisabled(), "one's own account");
    confirmed(own, "disable", "user-last");
    page.find("#content > .ui-messages .ui-messages-error").waitFor();
    page.look("user-last-refused");
  }

  private void confirmed(Locator row, String button, String picture) {
    row.locator("[id$=\":" + button + "\"]").click();
    page.waitFor("confirmYes");
    page.look(picture);
    page.click("confirmYes");
  }

  void refuseToChangePassword() {
    page.visit("navOverview", "overview/overview.xhtml");
    page.click("topForm:userMenu_button");
    page.byId("topForm:changePassword").click();
    page.waitForAddress("account/password.xhtml");
    page.look("password");
    page.fill("passwordForm:current", "not the password 1");
    page.fill("passwordForm:replacement", "Another-2468-one");
    page.fill("passwordForm:repeated", "Another-2468-one");
    page.click("passwordForm:change");
    page.look("password-refused");
    assertTrue(page.find(".ui-message-error, .ui-messages-error").first().isVisible());
    page.byId("passwordForm:back").click();
    page.waitForAddress("overview");
  }

  void logOut() {
    page.click("topForm:userMenu_button");
    page.byId("topForm:logout").click();
    page.waitForAddress("login/login.xhtml");
    page.look("logged-out");
    page.go("pools/pools.xhtml");
    page.waitForAddress("login/login.xhtml");
  }

  static boolean isSentence(String text) {
    return text.endsWith(".") || text.endsWith("。");
  }
}
