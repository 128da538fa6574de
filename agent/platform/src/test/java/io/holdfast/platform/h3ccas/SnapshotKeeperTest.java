package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.SnapshotKeeper;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-21")
class SnapshotKeeperTest {
  private static final String LIST = "GET /vm/snapshot/1";
  private static final String POST = "POST /vm/snapshot";
  private static final String REVERT = "PUT /vm/snapshot/resume";
  private static final String CBT = "GET /vm/1/cbt";
  private static final String OURS =
      "{\"snapshot\":{\"name\":\"before\",\"snapshotTitle\":\"Before\",\"desc\":\"patch\","
          + "\"creationTime\":\"2026-11-21T01:02:03+00:00\",\"snapMem\":\"1\",\"snapType\":\"0\","
          + "\"snapshots\":{\"name\":\"hfsnap-1\",\"isCurr\":\"1\",\"snapType\":\"1\","
          + "\"desc\":\"Nightly [holdfast-snapshot:t-1]\"}}}";
  private static final String WITH_BACKUP =
      "{\"snapshot\":[{\"name\":\"before\"},{\"name\":\"holdfast-7\"}]}";

  private final ScriptedCvm cvm = new ScriptedCvm();

  @BeforeEach
  void script() {
    vm("2");
    cvm.on(CBT, "{\"enabled\":\"false\"}");
  }

  private void vm(String status) {
    Texts.vm(cvm, status, "", Texts.disk("vda", "qcow2", ""));
  }

  @AfterEach
  void stop() {
    cvm.close();
  }

  private SnapshotKeeper keeper() {
    return new H3cCasDriver(Clock.systemUTC(), scheme -> false, ScriptedCvm.quick())
        .snapshots(cvm.access());
  }

  private static SnapshotKeeper.Wanted wanted(String name, String tag) {
    return new SnapshotKeeper.Wanted(
        name, "Before", "patch", tag, 60, SnapshotType.SNAPSHOT_ADAPTIVE);
  }

  private static ErrorCode refused(Runnable what) {
    return assertThrows(BackupException.class, what::run).code();
  }

  @Test
  void treeIsToldWithParentsTagsAndOwners() {
    cvm.on(LIST, OURS);
    List<SnapshotDescription> all = keeper().list("1");
    assertEquals(List.of("before", "hfsnap-1"), all.stream().map(s -> s.getName()).toList());
    assertEquals("before", all.get(1).getParent());
    assertTrue(all.get(0).getMemory());
    assertEquals("2026-11-21T01:02:03Z", time(all.get(0)));
    assertEquals("Nightly", all.get(1).getDescription());
    assertEquals("t-1", all.get(1).getOwnerTag());
    assertTrue(all.get(1).getCurrent());
    cvm.now(LIST, WITH_BACKUP);
    assertTrue(keeper().list("1").get(1).getOfBackup());
    assertFalse(keeper().list("1").get(0).getOfBackup());
  }

  private static String time(SnapshotDescription snapshot) {
    return java.time.Instant.ofEpochMilli(snapshot.getCreatedEpochMillis()).toString();
  }

  @Test
  void createdWithMemoryAndTagAndItsMarksDropped() {
    cvm.on(LIST, "{}")
        .on(LIST, OURS)
        .on(POST, Texts.TASK)
        .on("GET /message/7", Texts.DONE)
        .now(
            CBT,
            "{\"enabled\":\"true\",\"disks\":{\"device\":\"vda\",\"points\":["
                + "{\"bitmapId\":\"b1\",\"snapshot\":\"holdfast-5\"},"
                + "{\"bitmapId\":\"b2\",\"snapshot\":\"hfsnap-1\"}]}}")
        .on("DELETE /vm/1/cbt/points?drop=b2", ScriptedCvm.json(204, ""));
    SnapshotDescription taken =
        keeper()
            .create(
                "1",
                new SnapshotKeeper.Wanted(
                    "hfsnap-1", "N", "Nightly", "t-1", 60, SnapshotType.SNAPSHOT_ADAPTIVE));
    assertEquals("t-1", taken.getOwnerTag());
    String body = cvm.bodyOf(POST);
    assertTrue(body.contains("\"snapMem\":1") && body.contains("\"snapshotTimeOut\":60"), body);
    assertTrue(body.contains("Nightly [holdfast-snapshot:t-1]"), body);
    assertEquals(1, cvm.count("DELETE /vm/1/cbt/points?drop=b2"));
  }

  @Test
  void aVmThatIsOffHasNoMemoryToKeep() {
    vm("3");
    cvm.on(LIST, "{}").on(LIST, OURS).on(POST, Texts.TASK).on("GET /message/7", Texts.DONE);
    keeper().create("1", wanted("before", ""));
    assertTrue(cvm.bodyOf(POST).contains("\"snapMem\":0"), cvm.bodyOf(POST));
  }

  @Test
  void aRepeatedCreationFindsItsOwnAndNoOther() {
    cvm.on(LIST, OURS);
    assertEquals("before", keeper().create("1", wanted("before", "")).getName());
    assertEquals(
        ErrorCode.ALREADY_EXISTS, refused(() -> keeper().create("1", wanted("before", "t-9"))));
    assertEquals(
        ErrorCode.ALREADY_EXISTS, refused(() -> keeper().create("1", wanted("hfsnap-1", "t-9"))));
    assertEquals(
        ErrorCode.SNAPSHOT_OF_BACKUP,
        refused(() -> keeper().create("1", wanted("holdfast-1", ""))));
    assertEquals(0, cvm.count(POST));
  }

  @Test
  @Tag("CAS-04")
  void revertForgetsTheTrackingBefore() {
    vm("3");
    cvm.on(LIST, OURS)
        .on("PUT /vm/1/cbt", Texts.TASK)
        .on(REVERT, Texts.TASK)
        .on("GET /message/7", Texts.DONE);
    keeper().revert("1", "before");
    List<String> changes = cvm.calls().stream().filter(call -> call.startsWith("PUT")).toList();
    assertEquals(List.of("PUT /vm/1/cbt", REVERT), changes);
    assertTrue(cvm.bodyOf("PUT /vm/1/cbt").contains("\"enable\":false"));
  }

  @Test
  @Tag("CAS-04")
  void noRevertWhereTheTrackingCannotBeForgotten() {
    vm("3");
    cvm.on(LIST, OURS).on("PUT /vm/1/cbt", ScriptedCvm.refusal(11, "未知错误"));
    assertEquals(ErrorCode.PLATFORM_TASK_FAILED, refused(() -> keeper().revert("1", "before")));
    assertEquals(0, cvm.count(REVERT));
  }

  @Test
  void aRevertWhoseReplyIsLostIsNotRepeated() {
    vm("3");
    cvm.on(LIST, OURS)
        .on("PUT /vm/1/cbt", Texts.TASK)
        .on("GET /message/7", Texts.DONE)
        .on(REVERT, ScriptedCvm.drop());
    assertEquals(ErrorCode.SNAPSHOT_OUTCOME_UNKNOWN, refused(() -> keeper().revert("1", "before")));
    assertEquals(1, cvm.count(REVERT));
  }

  @Test
  void revertIsRefusedForWhatRunsOrIsBackedUp() {
    cvm.on(LIST, OURS);
    assertEquals(ErrorCode.REVERT_NEEDS_VM_OFF, refused(() -> keeper().revert("1", "before")));
    assertEquals(ErrorCode.NOT_FOUND, refused(() -> keeper().revert("1", "gone")));
    vm("3");
    cvm.now(LIST, WITH_BACKUP);
    assertEquals(ErrorCode.VM_IN_BACKUP, refused(() -> keeper().revert("1", "before")));
    assertEquals(ErrorCode.SNAPSHOT_OF_BACKUP, refused(() -> keeper().revert("1", "holdfast-7")));
    assertEquals(0, cvm.count("PUT"));
  }

  @Test
  void onlyWhatIsMeantIsDeleted() {
    cvm.on(LIST, OURS).on("GET /message/7", Texts.DONE);
    assertEquals(
        ErrorCode.SNAPSHOT_NOT_OURS, refused(() -> keeper().delete("1", "hfsnap-1", "t-2")));
    assertEquals(ErrorCode.SNAPSHOT_NOT_OURS, refused(() -> keeper().delete("1", "before", "t-1")));
    assertEquals(
        ErrorCode.SNAPSHOT_OF_BACKUP, refused(() -> keeper().delete("1", "holdfast-7", "")));
    keeper().delete("1", "gone", "t-1");
    assertEquals(0, cvm.count("DELETE"));

    cvm.now(LIST, OURS)
        .on(LIST, OURS)
        .on(LIST, "{}")
        .on("DELETE /vm/snapshot/1/hfsnap-1", Texts.TASK);
    keeper().delete("1", "hfsnap-1", "t-1");
    assertEquals(1, cvm.count("DELETE /vm/snapshot/1/hfsnap-1"));
  }
}
