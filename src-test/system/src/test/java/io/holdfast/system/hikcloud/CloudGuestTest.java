package io.holdfast.system.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.Waiting;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.GuestReport.Span;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real Linux guest that boots from an RBD disk and is frozen by QEMU's guest agent for its
 * snapshots. That it happened is taken from the guest's own record.
 */
@Tag("HIK-02")
@Tag("SIM-04")
class CloudGuestTest extends CloudRows {
  private static final String SNAPSHOTS = "POST .*/snapshots";
  private static final int SNAPSHOT_MILLIS = 3000;

  private static CloudLabGuest guest;

  @BeforeAll
  static void boot(CloudBed shared) throws IOException {
    guest = new CloudLabGuest(shared.cloud(), Bed.name("guest-cloud"), GuestImage.shared());
    guest.start();
    guest.checked();
    guest.awaitFrozen(false);
  }

  @AfterAll
  static void delete() {
    if (guest != null) {
      guest.delete();
    }
  }

  /** Begins a backup that must freeze its guest, for so long at most. */
  private String begun(int freezeSeconds) {
    Map<String, Object> options = Map.of("guestFreeze", "REQUIRED", "freezeSeconds", freezeSeconds);
    return bed.operator().start(bed.job(guest.instance(), options), "FULL");
  }

  @Test
  @Tag("HIK-01")
  @Tag("HIK-04")
  @Tag("RST-06")
  void aFrozenGuestsDiskIsAtRestAndBootsWhenItIsRestored() {
    int synced = guest.written(3).durable();
    int frozen = guest.report().freezes().size();
    cloud.fault(Map.of("match", SNAPSHOTS, "action", "task-slow", "ms", SNAPSHOT_MILLIS));
    String run = begun(60);
    bed.operator().done(run);
    assertTrue(bed.log(run).contains("GUEST_FROZEN"), bed.log(run));
    guest.assertHeld(guest.thawed(frozen), SNAPSHOT_MILLIS - 1000);
    int later = guest.written(2).durable();
    assertEquals(frozen + 1, guest.report().freezes().size(), "one freeze for a backup");

    guest.stop();
    Map<String, Object> definition = bed.toOriginal(bed.point(guest.instance()));
    definition.put("startAfter", true);
    bed.operator().done(bed.operator().restore(definition));
    GuestReport restored = guest.checked();
    assertFalse(restored.journalReplayed(), restored.text());
    assertEquals(0, restored.journalPlayback().getAsInt(), restored.text());
    assertEquals(0, restored.fileSystemCheck().getAsInt(), restored.text());
    assertEquals(0, restored.differing().getAsInt(), restored.text());
    assertEquals(0, restored.tornLines().getAsInt(), restored.text());
    int files = restored.files().getAsInt();
    assertTrue(synced <= files && files < later, files + " files, " + synced + " to " + later);
    guest.written(1);
  }

  @Test
  @Tag("JOB-09")
  void aGuestIsThawedWhenTheAgentWasKilled() {
    int frozen = guest.report().freezes().size();
    cloud.fault(Map.of("match", SNAPSHOTS, "action", "task-never"));
    String run = begun(300);
    guest.awaitFrozen(true);
    awaitSnapshotBegun();
    killAgent();
    assertTrue(guest.isFrozen(), "nobody thaws it");
    // The platform ends what the killed one asked for; the next snapshot meets no fault.
    int before = snapshots(guest.instance(), 0).size();
    cloud.clearFaults();
    Waiting.until(
        "the snapshot of the killed agent",
        SOON,
        () -> snapshots(guest.instance(), 0).size(),
        now -> now == before + 1);
    startAgent();
    guest.awaitFrozen(false);
    guest.thawed(frozen);
    Span first = guest.report().freezes().get(frozen);
    assertTrue(first.millis() < 120_000, "thawed long before the job's limit: " + first);
    JsonNode done = bed.operator().done(run);
    assertTrue(bed.log(run).contains("GUEST_FROZEN"), bed.log(run));
    assertFalse(guest.isFrozen());
    assertOnlyKept(guest.instance(), done);
    guest.written(1);
  }

  private void awaitSnapshotBegun() {
    Waiting.until(
        "a snapshot that meets its fault",
        SOON,
        () -> cloud.lab().get("/faults").at("/data/0/fired").asInt(),
        fired -> fired == 1);
  }
}
