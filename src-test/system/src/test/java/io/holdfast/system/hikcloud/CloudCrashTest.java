package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static io.holdfast.system.hikcloud.CloudBed.volume;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import io.holdfast.toolkit.CephBed;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The agent is killed, or the cluster loses its OSD, in the middle of a transfer: the run goes on
 * by itself from where it was and what comes of it is identical.
 */
@Tag("HIK-01")
@Tag("HIK-03")
@Tag("JOB-09")
class CloudCrashTest extends CloudRows {
  private static final long SIZE = 64 * MIB;
  private static final int PIECES = 12;
  private static final long OSD_GONE_SECONDS = 4;

  /** Slow enough to be met in the middle. */
  private static final Map<String, Object> SLOW =
      Map.of("disk", Map.of("otherwiseBytesPerSecond", 8 * MIB));

  /** A running instance whose disk has as many pieces, none like another, with holes between. */
  private JsonNode filled(String what) {
    JsonNode instance = bed.running(what, SIZE);
    for (int piece = 0; piece < PIECES; piece++) {
      cloud.write(id(instance), 0, piece * 5 * MIB, 4 * MIB, 0x41 + piece);
    }
    return instance;
  }

  /** A backup under way, in the middle of its transfer. */
  private String halfBackedUp(JsonNode instance) {
    String run = bed.operator().start(bed.job(instance, Map.of("limits", SLOW)), "FULL");
    awaitMiddle(run);
    return run;
  }

  private void awaitMiddle(String run) {
    JsonNode now =
        Waiting.until(
            "the middle of run " + run,
            SOON,
            () -> bed.api().get("/runs/" + run),
            each -> each.path("percent").asInt() >= 15);
    assertTrue(now.path("percent").asInt() < 90, "too late: " + now);
  }

  /** The run with a killed agent back again. */
  private JsonNode doneAfterAKill(String run) {
    killAgent();
    startAgent();
    letGo(run);
    JsonNode done = bed.operator().done(run);
    assertTrue(done.at("/vms/0/attempts").asInt() > 1, "it was not interrupted: " + done);
    assertTrue(bed.log(run).contains("VM_TASK_RESUMED"), bed.log(run));
    return done;
  }

  /** The newest restore point over the disk of another instance. */
  private void assertComesBack(JsonNode instance, String digest) {
    JsonNode target = cloud.create(Bed.name("copy"), SIZE);
    Map<String, String> disks = Map.of(volume(instance, 0), volume(target, 0));
    bed.operator().done(bed.operator().restore(bed.toDisksOf(bed.point(instance), target, disks)));
    assertEquals(digest, bed.digest(target, 0));
    assertEquals(digest, bed.digest(instance, 0));
  }

  @Test
  @DisplayName("S2 table 3, reconnect time: a backup goes on after its agent was killed")
  @Tag("OPT-08")
  void aBackupGoesOnAfterAKillOfTheAgent() {
    JsonNode vm = filled("crash-backup");
    String before = bed.digest(vm, 0);
    String run = halfBackedUp(vm);
    JsonNode done = doneAfterAKill(run);
    long planned = done.path("plannedBytes").asLong();
    assertTrue(done.path("readBytes").asLong() < planned * 12 / 10, "read again: " + done);
    assertTrue(bed.log(run).contains("SESSION_RESUMED"), bed.log(run));
    assertOnlyKept(vm, done);
    assertComesBack(vm, before);
  }

  @Test
  @DisplayName("S2 table 5, reconnect time: a restore goes on after its agent was killed")
  @Tag("OPT-08")
  @Tag("HIK-04")
  void aRestoreOverTheOriginalDiskGoesOnAfterAKillOfTheAgent() {
    JsonNode vm = filled("crash-restore");
    String before = bed.digest(vm, 0);
    JsonNode point = pointOf(vm);
    cloud.write(id(vm), 0, 0, SIZE, 0x7f);
    cloud.enter(id(vm), "SHUTOFF");
    assertNotEquals(before, bed.digest(vm, 0));
    Map<String, Object> definition = bed.toOriginal(point);
    definition.put("limits", SLOW);
    String run = bed.operator().restore(definition);
    awaitMiddle(run);
    JsonNode done = doneAfterAKill(run);
    assertEquals(before, bed.digest(vm, 0), done.toString());
    assertEquals("SHUTOFF", cloud.status(id(vm)));
    assertEquals("", cloud.rbd("lock", "ls", CloudBed.image(vm, 0)), "the disk is nobody's");
  }

  @Test
  void aBackupGoesOnWhenTheOsdWasRestarted() {
    JsonNode vm = filled("crash-osd");
    String before = bed.digest(vm, 0);
    String run = halfBackedUp(vm);
    CephBed ceph = CephBed.shared();
    ceph.control("kill-osd");
    try {
      letGo(run);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(OSD_GONE_SECONDS);
      JsonNode without =
          Waiting.until(
              "some seconds without the OSD",
              SOON,
              () -> bed.api().get("/runs/" + run),
              unused -> System.nanoTime() > end);
      assertFalse(Operator.hasEnded(without), without.toString());
    } finally {
      ceph.control("start-osd");
    }
    JsonNode done = bed.operator().done(run);
    assertOnlyKept(vm, done);
    assertComesBack(vm, before);
  }
}
