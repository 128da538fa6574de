package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Restores over disks that are there, of the same VM and of another, with a way back. */
@Tag("HIK-04")
class EdgeCloudRestoreTest {
  private static final long MIB = 1L << 20;

  @TempDir private static Path folder;

  private static EdgeCloudBed bed;
  private static String source;
  private static RestorePointSummary point;
  private static Map<String, String> asBackedUp;

  @BeforeAll
  static void start() throws IOException {
    bed = new EdgeCloudBed(folder);
    source = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(8 * MIB));
    bed.cloud.writes(source, 0, "write -P 0x41 1M 6M");
    bed.cloud.writes(source, 1, "write -P 0x42 4M 64k");
    point = bed.run(bed.request(source, BackupType.FULL, ""));
    asBackedUp = bed.digests(source);
  }

  @AfterAll
  static void end() {
    if (bed != null) {
      bed.close();
    }
  }

  /** Over another VM's disks, the first over {@code first} and the second over {@code second}. */
  private static RestoreRequest.Builder over(String vm, int first, int second) {
    RestoreRequest.Builder request =
        bed.restores()
            .request(point, RestoreMode.EXISTING_DISK)
            .setPlatform(bed.access())
            .setTargetVmId(vm)
            .clearDisks();
    List<Integer> mapped = List.of(first, second);
    for (int i = 0; i < mapped.size(); i++) {
      request.addDisks(
          RestoreDisk.newBuilder()
              .setDiskKey(point.getDisks(i).getDisk().getDiskKey())
              .setTargetDiskKey(bed.key(vm, mapped.get(i))));
    }
    return request;
  }

  private static RestoreRequest.Builder inPlace(RestorePointSummary of) {
    return bed.restores().request(of, RestoreMode.ORIGINAL_DISK).setPlatform(bed.access());
  }

  private static BackupException refusal(RestoreRequest request) {
    return TestAgent.errorOf(() -> bed.agent().restores().planRestore(request));
  }

  private static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  private static List<String> safetySnapshots(String vm) {
    try (SnapshotKeeper keeper = bed.keeper()) {
      return keeper.list(vm).stream()
          .map(SnapshotDescription::getName)
          .filter(name -> name.startsWith("before-restore-"))
          .toList();
    }
  }

  @Test
  void eachDiskGoesToTheChosenDiskOfAnotherVmAndWhatIsBeyondItsEndIsZero() throws Exception {
    String target =
        bed.running(
            EdgeCloudBed.disk(8 * MIB), EdgeCloudBed.disk(4 * MIB), EdgeCloudBed.disk(24 * MIB));
    bed.cloud.writes(target, 0, "write -P 0x71 0 8M");
    bed.cloud.writes(target, 1, "write -P 0x72 0 4M");
    bed.cloud.writes(target, 2, "write -P 0x73 0 24M");
    String untouched = bed.digest(bed.images(target).get(1));
    RestoreRequest request = over(target, 2, 0).setStartAfter(true).build();
    assertEquals(
        List.of("RESTORE_OTHER_VM", "RESTORE_OTHER_VM"),
        codes(bed.agent().restores().planRestore(request).getNoticesList()));
    bed.restores().run(request);
    List<String> from = bed.images(source);
    List<String> to = bed.images(target);
    assertEquals(asBackedUp.get(from.get(1)), bed.digest(to.get(0)));
    assertEquals(untouched, bed.digest(to.get(1)));
    assertEquals("running", bed.platform.describeVm(target).getState());
    String grown = bed.images(source).get(0);
    bed.ceph.rbd("cp", "--no-progress", grown, "larger");
    bed.ceph.rbd("resize", "--no-progress", "--size", "24M", "larger");
    assertEquals(bed.digest("larger"), bed.digest(to.get(2)));
  }

  @Test
  void aDiskThatHasGrownIsRestoredOverAndOneThatShrankIsNot() throws Exception {
    String vm = bed.running(EdgeCloudBed.disk(8 * MIB));
    bed.cloud.writes(vm, 0, "write -P 0x51 2M 5M");
    RestorePointSummary small = bed.run(bed.request(vm, BackupType.FULL, ""));
    String image = bed.images(vm).get(0);
    bed.ceph.rbd("cp", "--no-progress", image, "expected");
    bed.ceph.rbd("resize", "--no-progress", "--size", "12M", "expected");
    bed.cloud.status(vm, "SHUTOFF");
    String volume = "/volumes/" + bed.key(vm, 0) + "/resize";
    bed.cloud.lab("POST", volume, "{\"sizeBytes\":" + 12 * MIB + "}");
    bed.platform.start(vm);
    bed.cloud.writes(vm, 0, "write -P 0x52 1M 11M");
    bed.restores().run(inPlace(small).build());
    assertEquals(bed.digest("expected"), bed.digest(image));
    bed.cloud.lab("POST", volume, "{\"sizeBytes\":" + 4 * MIB + "}");
    assertEquals(ErrorCode.TARGET_DISK_TOO_SMALL, refusal(inPlace(small).build()).code());
  }

  @Test
  void aMappingThatDoesNotFitIsRefusedBeforeAnythingIsTouched() throws Exception {
    String small = bed.running(EdgeCloudBed.disk(8 * MIB), EdgeCloudBed.disk(16 * MIB));
    assertEquals(ErrorCode.TARGET_DISK_TOO_SMALL, refusal(over(small, 0, 1).build()).code());
    assertEquals(ErrorCode.INVALID_VALUE, refusal(over(small, 1, 1).build()).code());
    String one = bed.running(EdgeCloudBed.disk(16 * MIB));
    BackupException few = refusal(over(one, 0, 0).build());
    assertEquals(ErrorCode.TARGET_DISKS_TOO_FEW, few.code());
    assertEquals("1", few.parameters().get("actual"));
    RestoreRequest unmapped =
        over(small, 1, 0)
            .setDisks(0, over(small, 1, 0).getDisks(0).toBuilder().clearTargetDiskKey())
            .build();
    assertEquals(ErrorCode.FIELD_MISSING, refusal(unmapped).code());
    assertEquals(
        ErrorCode.TARGET_DISK_TOO_SMALL,
        TestAgent.errorOf(() -> bed.agent().restores().createTarget(over(small, 0, 1).build()))
            .code());
    assertEquals("running", bed.platform.describeVm(small).getState());
  }

  @Test
  void aTargetThatIsPausedSuspendedOrShelvedOrInUseIsRefused() throws Exception {
    String target = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(16 * MIB));
    RestoreRequest request = over(target, 0, 1).build();
    assertEquals(
        ErrorCode.VM_STATE_REFUSED,
        refusal(request.toBuilder().setRefuseRunning(true).build()).code());
    for (String state : List.of("PAUSED", "SUSPENDED", "SHELVED", "SHELVED_OFFLOADED")) {
      bed.cloud.status(target, state);
      BackupException refused = refusal(request);
      assertEquals(ErrorCode.VM_STATE_REFUSED, refused.code(), state);
    }
    bed.cloud.status(target, "SHUTOFF");
    DiskEndpoint where =
        new DiskEndpoint(
            "rbd",
            "",
            0,
            bed.ceph.image(bed.images(target).get(1), ""),
            1 << 20,
            1,
            Duration.ofSeconds(60),
            "error");
    try (DiskTarget other = new RbdDiskTransport().openForWriting(where)) {
      assertTrue(other.sizeBytes() > 0);
      assertEquals(ErrorCode.RBD_IMAGE_IN_USE, refusal(request).code());
    }
    bed.agent().restores().planRestore(request.toBuilder().setRefuseRunning(true).build());
  }

  @Test
  @Tag("HIK-05")
  void aFailedRestoreIsRolledBackByItselfAlsoByAnAgentThatWasStartedAnew() throws Exception {
    String vm = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(16 * MIB));
    bed.cloud.writes(vm, 0, "write -P 0x61 0 16M");
    bed.cloud.writes(vm, 1, "write -P 0x62 3M 1M");
    RestorePointSummary kept = bed.run(bed.request(vm, BackupType.FULL, ""));
    bed.cloud.writes(vm, 1, "write -P 0x63 2M 1M");
    Map<String, String> before = bed.digests(vm);
    RestoreRequest request = over(vm, 0, 1).setSnapshotBefore(true).setRollBack(true).build();
    RestoreTarget target = bed.agent().restores().createTarget(request);
    assertTrue(codes(target.getNoticesList()).contains("RESTORE_SNAPSHOT_TAKEN"));
    bed.restores().transfer(request, target.getStreams(0), 0, Long.MAX_VALUE);
    assertNotEquals(before, bed.digests(vm));

    bed.restartAgent();
    ReleaseRestoreResponse released = bed.restores().release(request, true);
    assertEquals(
        List.of("RESTORE_ROLLED_BACK", "RESTORE_SNAPSHOT_REMOVED", "RESTORE_VM_STARTED_AGAIN"),
        codes(released.getNoticesList()));
    assertFalse(released.getPending());
    assertEquals(before, bed.digests(vm));
    assertEquals(List.of(), safetySnapshots(vm));
    assertEquals("running", bed.platform.describeVm(vm).getState());
    // The rollback cannot be counted across: the next backup says so and is full.
    RestorePointSummary next =
        bed.run(bed.request(vm, BackupType.INCREMENTAL, kept.getRestorePointId()));
    assertEquals(BackupType.FULL, next.getType());
  }

  @Test
  @Tag("HIK-05")
  void withoutRollingBackItIsSaidHowAndTheSnapshotStaysToRollBackTo() throws Exception {
    String vm = bed.shutOff(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(16 * MIB));
    Map<String, String> before = bed.digests(vm);
    RestoreRequest request = over(vm, 0, 1).setSnapshotBefore(true).build();
    RestoreTarget target = bed.agent().restores().createTarget(request);
    bed.restores().transfer(request, target.getStreams(0), 0, Long.MAX_VALUE);
    ReleaseRestoreResponse released = bed.restores().release(request, true);
    assertEquals(List.of("RESTORE_ROLLBACK_OFFERED"), codes(released.getNoticesList()));
    String name = released.getNotices(0).getParametersOrThrow("snapshot");
    assertNotEquals(before, bed.digests(vm));
    try (SnapshotKeeper keeper = bed.keeper()) {
      keeper.revert(vm, name);
      keeper.delete(vm, name, "");
    }
    assertEquals(before, bed.digests(vm));
  }

  @Test
  @Tag("HIK-05")
  @Tag("HIK-06")
  void aRestoreThatSucceedsRemovesItsSnapshotAndStartsTheVm() throws Exception {
    String vm = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(8 * MIB));
    RestoreRequest request =
        over(vm, 0, 1).setSnapshotBefore(true).setRollBack(true).setStartAfter(true).build();
    RestoreTarget target = bed.agent().restores().createTarget(request);
    assertEquals(1, safetySnapshots(vm).size());
    target
        .getStreamsList()
        .forEach(stream -> bed.restores().transfer(request, stream, 0, Long.MAX_VALUE));
    bed.restores().finish(request);
    assertEquals(
        List.of("RESTORE_SNAPSHOT_REMOVED"),
        codes(bed.restores().release(request, false).getNoticesList()));
    assertEquals(List.of(), safetySnapshots(vm));
    assertEquals(List.copyOf(asBackedUp.values()), List.copyOf(inOrder(vm)));
    assertEquals("running", bed.platform.describeVm(vm).getState());
  }

  /** Digests of a VM's images in the order of the source's names. */
  private static List<String> inOrder(String vm) throws IOException {
    List<String> from = bed.images(source);
    List<String> to = bed.images(vm);
    List<String> result = new ArrayList<>();
    for (String name : asBackedUp.keySet()) {
      result.add(bed.digest(to.get(from.indexOf(name))));
    }
    return result;
  }

  @Test
  @Tag("HIK-05")
  void aSnapshotBeforeNeedsTheGuestAgent() {
    String vm = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(8 * MIB));
    bed.cloud.lab("POST", "/instances/" + vm + "/qga", "{\"running\":false}");
    RestoreRequest request = over(vm, 0, 1).setSnapshotBefore(true).build();
    assertEquals(ErrorCode.GUEST_AGENT_SILENT, refusal(request).code());
    RestoreRequest without = request.toBuilder().setSnapshotBefore(false).build();
    assertFalse(bed.agent().restores().planRestore(without).getDisksList().isEmpty());
  }

  @Test
  @Tag("HIK-05")
  void aRestoreThatDidNotGetToItsSnapshotLeavesTheVmAsItWas() throws Exception {
    String vm = bed.running(EdgeCloudBed.disk(16 * MIB), EdgeCloudBed.disk(8 * MIB));
    Map<String, String> before = bed.digests(vm);
    bed.cloud.lab(
        "POST",
        "/faults",
        "{\"match\":\"POST .*/snapshots\",\"action\":\"error-code\",\"status\":400,"
            + "\"code\":\"HEC-40001\",\"times\":99}");
    RestoreRequest request = over(vm, 0, 1).setSnapshotBefore(true).setRollBack(true).build();
    TestAgent.errorOf(() -> bed.agent().restores().createTarget(request));
    bed.cloud.lab("DELETE", "/faults", "");
    ReleaseRestoreResponse released = bed.restores().release(request, true);
    assertTrue(codes(released.getNoticesList()).contains("RESTORE_VM_STARTED_AGAIN"));
    assertEquals(before, bed.digests(vm));
    assertEquals("running", bed.platform.describeVm(vm).getState());
  }
}
