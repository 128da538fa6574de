package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.VmSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-05")
class SnapshotTest {
  private static final String LIST = "GET /vm/snapshot/1";
  private static final String POST = "POST /vm/snapshot";
  private static final String KEY = "/vms/share01/web-01-vda";
  private static final Instant TAKEN =
      Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.SECONDS);
  private static final String TREE =
      tree(TAKEN.atOffset(ZoneOffset.ofHours(8)).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));

  private static String tree(String time) {
    return "{\"snapshot\":{\"name\":\"users\",\"snapType\":\"0\",\"snapshots\":{\"name\":\"holdfast-1\","
        + "\"creationTime\":\""
        + time
        + "\",\"snapType\":\"1\",\"disks\":{"
        + "\"device\":\"vda\",\"bitmapId\":\"b7-vda\",\"size\":\"2147483648\"}}}}";
  }

  private final ScriptedCvm cvm = new ScriptedCvm();

  @BeforeEach
  void script() {
    Texts.vm(
        cvm,
        "2",
        "",
        "["
            + Texts.disk("vda", "qcow2", "")
            + ","
            + Texts.disk("vdb", "qcow2", ",\"diskMode\":\"independent-persistent\"")
            + "]");
  }

  @AfterEach
  void stop() {
    cvm.close();
  }

  private VmSnapshot create() {
    return cvm.connect().createSnapshot("1", "holdfast-1", SnapshotType.SNAPSHOT_ADAPTIVE);
  }

  @Test
  @Tag("CAS-02")
  void snapshotIsTakenAndReadBackWithItsMarks() {
    cvm.on(LIST, "{}").on(LIST, TREE).on(POST, Texts.TASK).on("GET /message/7", Texts.DONE);
    VmSnapshot taken = create();
    assertEquals(SnapshotType.SNAPSHOT_EXTERNAL, taken.type());
    assertEquals(Map.of(KEY, "b7-vda"), taken.trackingMarks());
    assertEquals(Map.of(KEY, "vda"), taken.devices());
    assertEquals(TAKEN, taken.createdAt());
    assertEquals("127.0.0.1", taken.hostAddress());
    assertTrue(cvm.bodyOf(POST).contains("\"snapType\":1"), cvm.bodyOf(POST));
  }

  private FrozenSnapshot.Freezing frozen(String refreshData) {
    cvm.now(LIST, "{}").on(LIST, TREE).now(POST, Texts.TASK);
    cvm.now("GET /message/7", Texts.DONE.replace("}", refreshData + "}"));
    List<String> begun = new ArrayList<>();
    FrozenSnapshot taken =
        cvm.connect()
            .createFrozenSnapshot("1", "holdfast-1", SnapshotType.SNAPSHOT_ADAPTIVE, begun::add);
    assertEquals(List.of("7"), begun);
    assertEquals("holdfast-1", taken.snapshot().name());
    return taken.freezing();
  }

  @Test
  void aFrozenSnapshotTellsWhatThePlatformSaysOfTheGuest() {
    String said = ",\"refreshData\":[{\"key\":\"quiesced\",\"value\":\"%s\"}]";
    assertEquals(FrozenSnapshot.Freezing.FROZEN, frozen(said.formatted("1")));
    assertTrue(cvm.bodyOf(POST).contains("\"quiesce\":1"), cvm.bodyOf(POST));
    assertEquals(FrozenSnapshot.Freezing.UNANSWERED, frozen(said.formatted("0")));
    assertEquals(FrozenSnapshot.Freezing.UNTOLD, frozen(""));
    assertEquals(
        FrozenSnapshot.Freezing.FOUND,
        cvm.connect()
            .createFrozenSnapshot("1", "holdfast-1", SnapshotType.SNAPSHOT_ADAPTIVE, id -> {})
            .freezing());
  }

  @Test
  void aSnapshotThatIsNotToFreezeDoesNotAskForIt() {
    cvm.on(LIST, "{}").on(LIST, TREE).on(POST, Texts.TASK).on("GET /message/7", Texts.DONE);
    create();
    assertFalse(cvm.bodyOf(POST).contains("quiesce"), cvm.bodyOf(POST));
  }

  @Test
  void thawingCancelsThePlatformsTaskAndOneThatIsGoneIsNoError() {
    cvm.on("PUT /message/cancel/7", ScriptedCvm.json(204, ""));
    cvm.connect().thaw("1", "7");
    assertEquals(1, cvm.count("PUT /message/cancel/7"));
    cvm.connect().thaw("1", "8");
  }

  @Test
  void aPausedVmGoesOnAndOneThatRunsIsLeftAlone() {
    cvm.connect().resume("1");
    assertEquals(0, cvm.count("PUT /vm/restore/1"));
    Texts.vm(cvm, "4", "", "[" + Texts.disk("vda", "qcow2", "") + "]");
    cvm.on("PUT /vm/restore/1", Texts.TASK).on("GET /message/7", Texts.DONE);
    cvm.connect().resume("1");
    assertEquals(1, cvm.count("PUT /vm/restore/1"));
  }

  @Test
  void toolsOfTheGuestAreTold() {
    Texts.vm(cvm, "2", ",\"castoolsStatus\":\"1\"", "[" + Texts.disk("vda", "qcow2", "") + "]");
    assertEquals("running", cvm.connect().describeVm("1").getGuestTools());
    Texts.vm(cvm, "2", ",\"castoolsStatus\":\"0\"", "[" + Texts.disk("vda", "qcow2", "") + "]");
    assertEquals("stopped", cvm.connect().describeVm("1").getGuestTools());
    Texts.vm(cvm, "2", "", "[" + Texts.disk("vda", "qcow2", "") + "]");
    assertEquals("", cvm.connect().describeVm("1").getGuestTools());
  }

  @Test
  @Tag("POOL-09")
  void timesAreSecondsOrMillisecondsByLengthAndFarOffOnesAreNotBelieved() {
    Instant second = TAKEN;
    cvm.on(LIST, tree("" + second.getEpochSecond()));
    assertEquals(second, create().createdAt());
    cvm.now(LIST, tree("" + second.toEpochMilli()));
    assertEquals(second, create().createdAt());
    for (String wrong : List.of("2019-01-01T00:00:00+08:00", "4102444800", "soon")) {
      cvm.now(LIST, tree(wrong));
      Instant before = Instant.now();
      Instant taken = create().createdAt();
      assertTrue(!taken.isBefore(before) && !taken.isAfter(Instant.now()), wrong + ": " + taken);
    }
  }

  @Test
  void presentSnapshotIsReturnedAndNoneIsTaken() {
    cvm.on(LIST, TREE);
    assertEquals("holdfast-1", create().name());
    assertEquals(0, cvm.count(POST));
  }

  @Test
  void lostReplyEndsInTheSameSnapshot() {
    cvm.on(LIST, "{}")
        .on(LIST, TREE)
        .on(POST, ScriptedCvm.drop())
        .on(POST, ScriptedCvm.refusal(1007, "正忙"))
        .on(POST, ScriptedCvm.refusal(1011, "快照已存在"));
    assertEquals(Map.of(KEY, "b7-vda"), create().trackingMarks());
  }

  @Test
  void platformsRefusalsBecomeTheProductsErrors() {
    cvm.on(LIST, "{}")
        .on(POST, ScriptedCvm.refusal(1012, "磁盘vda不支持"))
        .on(POST, ScriptedCvm.refusal(1006, "迁移中"))
        .on(POST, ScriptedCvm.refusal(1005, "已暂停"))
        .on(POST, Texts.TASK)
        .on(
            "GET /message/7",
            "{\"completed\":\"true\",\"result\":\"1\",\"failMsg\":\"存储池已满。(1302)\"}");
    for (ErrorCode expected :
        List.of(
            ErrorCode.SNAPSHOT_UNSUPPORTED,
            ErrorCode.VM_STATE_REFUSED,
            ErrorCode.VM_STATE_REFUSED,
            ErrorCode.TARGET_STORAGE_FULL)) {
      BackupException e = assertThrows(BackupException.class, this::create);
      assertEquals(expected, e.code());
      assertEquals("门户 (web-01)", e.parameters().get("vm"));
    }
  }

  @Test
  void finishedTaskWithoutASnapshotIsAFailure() {
    cvm.on(LIST, "{}").on(POST, Texts.TASK).on("GET /message/7", Texts.DONE);
    assertEquals(
        ErrorCode.PLATFORM_TASK_FAILED, assertThrows(BackupException.class, this::create).code());
  }

  @Test
  void removalIsIdempotentAndVerified() {
    cvm.on(LIST, "{}");
    cvm.connect().removeSnapshot("1", "holdfast-1");
    assertEquals(0, cvm.count("DELETE"));

    cvm.now(LIST, TREE)
        .on(LIST, "{}")
        .on("DELETE /vm/snapshot/1/holdfast-1", Texts.TASK)
        .on("GET /message/7", Texts.DONE);
    cvm.connect().removeSnapshot("1", "holdfast-1");
    assertEquals(1, cvm.count("DELETE"));

    cvm.now(LIST, TREE);
    BackupException e =
        assertThrows(BackupException.class, () -> cvm.connect().removeSnapshot("1", "holdfast-1"));
    assertEquals(ErrorCode.PLATFORM_TASK_FAILED, e.code());
  }

  @Test
  void removalOfWhatVanishesMeanwhileIsSuccess() {
    cvm.on(LIST, TREE).on("DELETE /vm/snapshot/1/holdfast-1", ScriptedCvm.refusal(1010, "快照不存在"));
    cvm.connect().removeSnapshot("1", "holdfast-1");
    assertEquals(1, cvm.count("DELETE"));
  }

  private void listed() {
    cvm.on("GET /vm/vmList?offset=0&limit=200", "{\"domain\":{\"id\":\"1\",\"name\":\"web-01\"}}")
        .on("GET /vm/vmList", "{}");
  }

  private ErrorCode removalFails() {
    return assertThrows(
            BackupException.class, () -> cvm.connect().removeSnapshot("1", "holdfast-1"))
        .code();
  }

  @Test
  void aProxysNotFoundIsNoRemoval() {
    listed();
    ScriptedCvm.Answer proxy = ScriptedCvm.json(404, "<html>nginx</html>");
    cvm.on(LIST, proxy);
    assertEquals(ErrorCode.PLATFORM_ERROR, removalFails(), "the list of snapshots");

    cvm.now(LIST, TREE)
        .on(LIST, proxy)
        .on("DELETE /vm/snapshot/1/holdfast-1", Texts.TASK)
        .on("GET /message/7", Texts.DONE);
    assertEquals(ErrorCode.PLATFORM_ERROR, removalFails(), "the look after the removal");

    cvm.now(LIST, "{}").forget("GET /vm/1").on("GET /vm/1", proxy);
    assertEquals(ErrorCode.PLATFORM_ERROR, removalFails(), "the VM's record");
    assertEquals(
        ErrorCode.PLATFORM_ERROR,
        assertThrows(BackupException.class, () -> cvm.connect().describeVm("1")).code());

    cvm.forget("GET /vm/vmList").forget("GET /vm/vmList?offset=0&limit=200");
    assertEquals(ErrorCode.PLATFORM_ERROR, removalFails(), "everything is not found");
  }

  @Test
  void anAnswerThatIsNotThePlatformsIsNoRemoval() {
    cvm.on(LIST, "{}").now("GET /vm/1", "{\"status\":\"ok\"}");
    assertEquals(ErrorCode.PLATFORM_REPLY_UNREADABLE, removalFails());
  }

  @Test
  void aVmThatIsNotFoundAndNotListedIsGone() {
    cvm.on("GET /vm/vmList", "{}").forget("GET /vm/1").forget("GET /vm/detail/1");
    cvm.connect().removeSnapshot("1", "holdfast-1");
    assertEquals(
        ErrorCode.VM_NOT_FOUND,
        assertThrows(BackupException.class, () -> cvm.connect().describeVm("1")).code());
  }

  @Test
  void namesAreEncodedInPaths() {
    String odd = "a/../b \"'快照";
    String encoded = "a%2F..%2Fb%20%22%27%E5%BF%AB%E7%85%A7";
    cvm.on(LIST, "{\"snapshot\":{\"name\":\"a/../b \\\"'快照\"}}")
        .on(LIST, "{}")
        .on("DELETE /vm/snapshot/1/" + encoded, ScriptedCvm.json(204, ""));
    cvm.connect().removeSnapshot("1", odd);
    assertEquals(1, cvm.count("DELETE /vm/snapshot/1/" + encoded));
  }

  @Test
  void leftoversAreFoundOverThePlatformAlsoNested() {
    cvm.on(
            "GET /vm/vmList?offset=0&limit=200",
            "{\"domain\":[{\"id\":\"1\",\"name\":\"web-01\"},{\"id\":\"2\",\"name\":\"gone\"}]}")
        .on("GET /vm/vmList", "{}")
        .on(LIST, TREE)
        .on("GET /vm/snapshot/2", ScriptedCvm.refusal(1001, "虚拟机不存在"));
    assertEquals(
        List.of(new SnapshotName("1", "web-01", "holdfast-1")),
        cvm.connect().listSnapshots("holdfast-"));
  }
}
