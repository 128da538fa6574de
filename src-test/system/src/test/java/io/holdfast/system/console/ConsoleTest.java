package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.system.Bed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The console in Chromium: the demo's way in both languages, and what others may see. */
@ExtendWith(Bed.Shared.class)
@Tag("CON-01")
class ConsoleTest {
  private static final List<String> CREATING =
      List.of(
          "actions:add",
          "actions:createKey",
          "jobsForm:jobs:0:start",
          "jobsForm:jobs:0:delete",
          "usersForm:users:0:roles",
          "usersForm:users:0:password",
          "usersForm:users:0:disable",
          "usersForm:users:0:delete");
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
  @Tag("CON-04")
  @Tag("CAS-18")
  @Tag("INV-01")
  @Tag("INV-02")
  @Tag("JOB-01")
  @Tag("JOB-02")
  @Tag("JOB-03")
  @Tag("POOL-09")
  @Tag("POOL-10")
  @Tag("RES-01")
  @Tag("RST-01")
  @Tag("RST-07")
  @Tag("USR-01")
  void demoWay(Language language, Bed bed) {
    try (ConsolePage page = open(bed, language)) {
      Way way = new Way(bed, page);
      way.refuseWrongPassword();
      way.logIn();
      way.seeAgent();
      way.addPlatform();
      way.createPool();
      way.makeJob();
      way.startFull();
      way.readAlarms();
      way.readHistory();
      way.switchLanguageAndBack();
      way.keepInOrder();
      way.restoreToNewVm();
      way.seeKeptRestoreJob();
      way.restoreMany();
      way.manageUsers();
      way.refuseToChangePassword();
      way.logOut();
      for (String copy : List.of(way.copy(), way.oneOfMany())) {
        assertEquals(bed.cas().digest(Way.VM, "vda", ""), bed.cas().digest(copy, "vda", ""), copy);
      }
      bed.cas().deleteVm(way.oneOfMany()); // the other language looks for the name in it
    }
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  @Tag("CON-04")
  void everyPageLeadsToTheLogin(Language language, Bed bed) {
    try (ConsolePage page = open(bed, language)) {
      for (String address : List.of("overview/overview.xhtml", "backup/wizard.xhtml")) {
        page.go(address);
        assertTrue(page.address().contains("login/login.xhtml"), page.address());
        page.look("login-asked");
      }
    }
  }

  @Test
  void auditorSeesButStartsNothing(Bed bed) {
    bed.jobFor(Way.VM, Map.of());
    String user = Bed.name("revisor");
    bed.api()
        .post(
            "/users",
            Map.of("name", user, "password", "First-one-1357", "roles", List.of("AUDITOR")));
    try (ConsolePage page = open(bed, Language.EN)) {
      page.go("login/login.xhtml");
      logIn(page, user, "First-one-1357");
      page.waitForAddress("account/password.xhtml");
      page.look("password-forced");
      page.fill("passwordForm:current", "First-one-1357");
      page.fill("passwordForm:replacement", "Second-two-2468");
      page.fill("passwordForm:repeated", "Second-two-2468");
      page.click("passwordForm:change");
      if (page.isThere("loginForm:user")) {
        logIn(page, user, "Second-two-2468");
      }
      page.waitForAddress("overview");
      for (String address :
          List.of(
              "users/users",
              "resources/agents",
              "resources/platforms",
              "pools/pools",
              "backup/jobs")) {
        page.go(address + ".xhtml");
        page.look("auditor-" + address.replace('/', '-'));
        CREATING.forEach(id -> assertEquals(0, page.byId(id).count(), id + " on " + address));
        assertTrue(page.find(".ui-datatable-data tr").count() > 0, "rows on " + address);
      }
      assertTrue(page.find("[id=\"jobsForm:jobs_data\"] strong").count() > 0, "sees the job");
      page.go("backup/wizard.xhtml");
      assertTrue(
          page.find("[id=\"wizard:next\"]:visible").count() == 0 || !page.isThere("wizard:save"),
          "no way to save a job");
    }
  }

  private static void logIn(ConsolePage page, String user, String password) {
    page.fill("loginForm:user", user);
    page.fill("loginForm:password", password);
    page.click("loginForm:signIn");
  }

  private static ConsolePage open(Bed bed, Language language) {
    return chromium.open(bed.installation().console(), language, new Wording(Names.of(bed)));
  }
}
