package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.guest.LabGuest;
import io.holdfast.system.guest.LabGuest.Firmware;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.GuestReport.Span;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A real Linux guest that is frozen for its snapshots by QEMU's guest agent. That it happened is
 * taken from the guest's own record: what its agent was asked for and how long its writes had to
 * wait.
 */
@ExtendWith(Bed.Shared.class)
@Tag("CAS-05")
@Tag("SIM-01")
class FrozenGuestTest {
  private static final int FILES_BEFORE = 10;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int FREEZE_SECONDS = 5;

  private static Bed bed;
  private static String name;
  private static LabGuest guest;

  @BeforeAll
  static void boot(Bed shared) throws IOException {
    bed = shared;
    name = Bed.name("guest-frozen");
    guest = new LabGuest(bed.cas(), name);
    guest.create(Firmware.BIOS, GuestImage.shared(), true);
    assertTrue(guest.checked().text().contains("GUEST BOOTED"));
    guest.awaitFrozen(false);
  }

  @AfterAll
  static void delete() {
    guest.delete();
  }

  @AfterEach
  void withoutFaults() {
    bed.cas().clearFaults();
  }

  private static void snapshotMeets(String action, int millis) {
    bed.cas()
        .fault(Map.of("match", "POST /vm/snapshot", "action", action, "ms", millis, "times", 0));
  }

  /** The fault has had its call; the next snapshot meets none. */
  private static void awaitFrozen() {
    guest.awaitFrozen(true);
    bed.cas().clearFaults();
  }

  private static String job(String guestFreeze, int seconds) {
    return bed.jobFor(name, Map.of("guestFreeze", guestFreeze, "freezeSeconds", seconds));
  }

  private static String log(String run) {
    return bed.api().get("/runs/" + run + "/log").toString();
  }

  @Test
  @Tag("CAS-01")
  @Tag("CAS-02")
  @Tag("RST-06")
  void aFrozenGuestsDiskIsAtRest() {
    String job = job("REQUIRED", 60);
    guest.written(FILES_BEFORE);
    int frozen = guest.report().freezes().size();
    snapshotMeets("freeze-holds", 4000);
    String run = bed.operator().start(job, "FULL");
    awaitFrozen();
    JsonNode full = bed.operator().done(run);
    assertTrue(log(run).contains("GUEST_FROZEN"), log(run));
    guest.assertHeld(guest.thawed(frozen), 2500);
    assertFalse(guest.isFrozen());

    int synced = guest.written(FILES_BEFORE).durable();
    JsonNode incremental = GuestTest.runWhileItWrites(bed, guest, job, "INCREMENTAL");
    assertTrue(log(incremental.path("id").asText()).contains("GUEST_FROZEN"));
    assertEquals(frozen + 2, guest.report().freezes().size(), "one freeze for each backup");
    assertTrue(
        incremental.path("readBytes").asLong() < full.path("readBytes").asLong() / 2,
        "only what changed: " + incremental);
    int later = guest.report().durable();
    GuestReport restored =
        GuestTest.restoredBoots(bed, name, Firmware.BIOS, new GuestTest.Expected(synced, later));
    assertFalse(restored.journalReplayed(), restored.text());
    assertEquals(0, restored.journalPlayback().getAsInt(), restored.text());
    assertEquals(0, restored.tornLines().getAsInt(), restored.text());
  }

  @Test
  @Tag("SIM-07")
  void theWatchdogThawsAGuestThatStaysFrozen() {
    int frozen = guest.report().freezes().size();
    snapshotMeets("freeze-stays", 0);
    String run = bed.operator().start(job("ADAPTIVE", FREEZE_SECONDS), "FULL");
    awaitFrozen();
    bed.operator().done(run);
    Span freeze = guest.thawed(frozen);
    assertTrue(
        freeze.millis() >= FREEZE_SECONDS * 900 && freeze.millis() < (FREEZE_SECONDS + 5) * 1000,
        "thawed in its time: " + freeze);
    guest.assertHeld(freeze, FREEZE_SECONDS * 900 - 1000);
    String log = log(run);
    assertTrue(log.contains("GUEST_THAWED") && log.contains("GUEST_NOT_FROZEN"), log);
    assertFalse(log.contains("GUEST_FROZEN"), log);
    String alarms = bed.api().get("/alarms?q=" + name).toString();
    assertTrue(alarms.contains("GUEST_THAWED"), alarms);
    guest.written(1);

    snapshotMeets("freeze-stays", 0);
    JsonNode refused =
        bed.operator().ended(bed.operator().start(job("REQUIRED", FREEZE_SECONDS), "FULL"));
    assertEquals("FAILED", refused.path("state").asText(), refused.toString());
    assertTrue(refused.toString().contains("GUEST_NOT_FREEZABLE"), refused.toString());
    guest.awaitFrozen(false);
    Waiting.until("no snapshot left", LIMIT, () -> bed.cas().snapshots(name), List::isEmpty);
  }

  @Test
  @Tag("JOB-09")
  void aGuestIsThawedWhenTheAgentWasKilled() {
    int frozen = guest.report().freezes().size();
    snapshotMeets("freeze-stays", 0);
    String run = bed.operator().start(job("REQUIRED", 300), "FULL");
    awaitFrozen();
    bed.installation().kill("agent");
    assertTrue(guest.isFrozen(), "nobody thaws it");
    bed.installation().holdfast("start").orFail();
    new Operator(bed.api()).onlineAgent(LIMIT);
    guest.awaitFrozen(false);
    Span freeze = guest.thawed(frozen);
    assertTrue(freeze.millis() < 120_000, "thawed long before the job's limit: " + freeze);
    bed.operator().done(run);
    assertTrue(log(run).contains("GUEST_FROZEN"), log(run));
    guest.written(1);
  }

  @Test
  void aGuestWhoseAgentIsSilentIsNotCalledFrozen() {
    guest.deafen(20);
    JsonNode run = bed.operator().ended(bed.operator().start(job("REQUIRED", 60), "FULL"));
    assertEquals("FAILED", run.path("state").asText(), run.toString());
    String log = log(run.path("id").asText());
    assertTrue(log.contains("GUEST_NOT_FREEZABLE") && log.contains("nobody in it answered"), log);
    guest.awaitFrozen(false);
    guest.written(1);
  }
}
