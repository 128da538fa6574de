package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-02")
class AreasTest {
  private static final String CHANGES = "GET /vm/1/cbt/changes";
  private static final String ALLOCATED = "GET /vm/1/allocated";
  private static final String KEY = "/vms/share01/web-01-vda";
  private static final VmSnapshot SNAPSHOT =
      new VmSnapshot(
          "1",
          "s 1",
          SnapshotType.SNAPSHOT_EXTERNAL,
          Instant.EPOCH,
          "1",
          "127.0.0.1",
          Map.of(KEY, "b7"),
          Map.of(KEY, "vda"));

  private final ScriptedCvm cvm = new ScriptedCvm();

  @BeforeEach
  void script() {
    cvm.on(
        "GET /vm/snapshot/1",
        "{\"snapshot\":{\"name\":\"s 1\",\"disks\":{\"device\":\"vda\",\"size\":\"1000000\"}}}");
  }

  @AfterEach
  void stop() {
    cvm.close();
  }

  private static String page(String areas, String rest) {
    return "{\"bitmapId\":\"b7\",\"granularity\":\"65536\",\"areas\":" + areas + rest + "}";
  }

  private static String area(long offset, long length) {
    return "{\"offset\":\"" + offset + "\",\"length\":\"" + length + "\"}";
  }

  private ExtentMap changed() {
    return cvm.connect().changedAreas(SNAPSHOT, KEY, "b6");
  }

  private void invalid(String areas, String rest) {
    cvm.now(CHANGES, page(areas, rest));
    BackupException e = assertThrows(BackupException.class, this::changed);
    assertEquals(ErrorCode.CHANGED_AREAS_INVALID, e.code(), areas + rest);
    assertEquals("vda", e.parameters().get("disk"));
  }

  @Test
  void pagesAreReadToTheEndAndJoined() {
    String query = "?device=vda&since=b6&snapshot=s%201&offset=";
    cvm.on(
            CHANGES + query + "0&limit=1000",
            page(
                "[" + area(0, 65536) + "," + area(131072, 65536) + "]",
                ",\"next\":\"196608\",\"more\":\"true\""))
        .on(
            CHANGES + query + "196608&limit=1000",
            page(area(196608, 65536), ",\"next\":\"1000000\",\"more\":\"false\""));
    assertEquals(List.of(Extent.data(0, 65536), Extent.data(131072, 131072)), changed().extents());
  }

  @Test
  void nothingChangedIsAnEmptyMap() {
    cvm.on(
        CHANGES,
        "{\"bitmapId\":\"b7\",\"granularity\":\"65536\",\"next\":\"1000000\",\"more\":\"false\"}");
    assertTrue(changed().extents().isEmpty());
  }

  @Test
  void listsThatContradictThemselvesAreNotBelieved() {
    String last = ",\"more\":\"false\"";
    invalid("[" + area(65536, 65536) + "," + area(0, 65536) + "]", last);
    invalid("[" + area(0, 131072) + "," + area(65536, 65536) + "]", last);
    invalid(area(983040, 65536), last);
    invalid(area(-65536, 65536), last);
    invalid(area(0, 0), last);
    invalid("{\"offset\":\"0\"}", last);
    invalid("{\"offset\":\"0\",\"length\":\"65536.5\"}", last);
  }

  @Test
  @Tag("CAS-04")
  void changesOffTheGranularityOrOfTwoOrNotToTheEndOfTheDiskAreNotBelieved() {
    String last = ",\"more\":\"false\"";
    invalid(area(4096, 65536), last);
    invalid(area(0, 65537), last);
    invalid(area(0, 65536), ",\"next\":\"65536\",\"more\":\"false\"");
    cvm.forget(CHANGES)
        .on(CHANGES, page(area(0, 65536), ",\"next\":\"65536\",\"more\":\"true\""))
        .on(
            CHANGES,
            page(area(65536, 32768), last).replace("\"65536\",\"areas", "\"32768\",\"areas"));
    assertEquals(
        ErrorCode.CHANGED_AREAS_INVALID, assertThrows(BackupException.class, this::changed).code());
    cvm.now(CHANGES, page(area(0, 65536), last).replace("\"65536\",\"areas", "\"0\",\"areas"));
    assertEquals(
        ErrorCode.CHANGED_AREAS_INVALID, assertThrows(BackupException.class, this::changed).code());
    cvm.now(CHANGES, page(area(983040, 16960), ",\"next\":\"1000000\",\"more\":\"false\""));
    assertEquals(16960, changed().dataBytes(), "the disk may end within a step");
  }

  @Test
  void pageThatDoesNotAdvanceIsNotFollowedForEver() {
    invalid(area(0, 65536), ",\"next\":\"0\",\"more\":\"true\"");
    invalid(area(0, 65536), ",\"more\":\"true\"");
    assertEquals(2, cvm.count(CHANGES));
  }

  @Test
  void areaBeforeItsPageIsNotBelieved() {
    cvm.on(CHANGES, page("[]", ",\"next\":\"196608\",\"more\":\"true\""))
        .on(CHANGES, page(area(65536, 65536), ",\"more\":\"false\""));
    assertEquals(
        ErrorCode.CHANGED_AREAS_INVALID, assertThrows(BackupException.class, this::changed).code());
  }

  @Test
  void areasOfAnotherBitmapOrNoListAtAllAreNotBelieved() {
    cvm.on(CHANGES, "{\"bitmapId\":\"b9\",\"granularity\":\"65536\",\"more\":\"false\"}")
        .on(CHANGES, "{}");
    for (int i = 0; i < 2; i++) {
      assertEquals(
          ErrorCode.CHANGED_AREAS_INVALID,
          assertThrows(BackupException.class, this::changed).code());
    }
  }

  @Test
  @Tag("CAS-04")
  void lostTrackingNamesThePlatformsReason() {
    cvm.on(CHANGES, ScriptedCvm.refusal(9102, "CBT失效：powerCycle"))
        .on(CHANGES, ScriptedCvm.refusal(9103, "未知位图"))
        .on(CHANGES, ScriptedCvm.refusal(9101, "不支持"));
    for (String words :
        List.of("\"CBT失效：powerCycle\" (9102)", "\"未知位图\" (9103)", "\"不支持\" (9101)")) {
      BackupException e = assertThrows(BackupException.class, this::changed);
      assertEquals(ErrorCode.TRACKING_LOST, e.code());
      assertEquals(words, Texts.cause(e));
    }
    VmSnapshot unmarked =
        new VmSnapshot(
            "1", "s 1", SNAPSHOT.type(), Instant.EPOCH, "1", "", Map.of(), Map.of(KEY, "vda"));
    BackupException e =
        assertThrows(BackupException.class, () -> cvm.connect().changedAreas(unmarked, KEY, "b6"));
    assertEquals(ErrorCode.TRACKING_LOST, e.code());
  }

  @Test
  @Tag("OPT-16")
  void allocatedAreasOrTheWholeDisk() {
    cvm.on(
            ALLOCATED,
            "{\"granularity\":\"65536\",\"areas\":" + area(0, 65536) + ",\"more\":\"false\"}")
        .on(ALLOCATED, ScriptedCvm.refusal(9110, "无法获取有效数据"))
        .on(
            ALLOCATED,
            "{\"granularity\":\"65536\",\"areas\":" + area(0, 1000001) + ",\"more\":\"false\"}")
        .on(ALLOCATED, ScriptedCvm.refusal(11, "未知错误"))
        .on(ALLOCATED, ScriptedCvm.json(404, ""));
    assertEquals(65536, cvm.connect().allocatedAreas(SNAPSHOT, KEY).dataBytes());
    for (int i = 0; i < 4; i++) {
      BackupException e =
          assertThrows(BackupException.class, () -> cvm.connect().allocatedAreas(SNAPSHOT, KEY));
      assertEquals(ErrorCode.VALID_DATA_UNAVAILABLE, e.code());
    }
  }

  @Test
  void marksAreDroppedByNameAndGoneVmsHaveNone() {
    cvm.on("DELETE /vm/1/cbt/points", ScriptedCvm.json(204, ""))
        .on("DELETE /vm/1/cbt/points", ScriptedCvm.refusal(1001, "虚拟机不存在"));
    cvm.connect().dropTrackingMarks("1", List.of("b7-vda", "b6-vda"));
    cvm.connect().dropTrackingMarks("1", List.of("b7-vda"));
    cvm.connect().dropTrackingMarks("1", List.of());
    assertEquals(1, cvm.count("DELETE /vm/1/cbt/points?drop=b6-vda%2Cb7-vda"));
    assertEquals(2, cvm.count("DELETE"));
  }

  @Test
  void marksAreListedWithTheirSnapshotsAlsoWhenThereIsOne() {
    cvm.on(
        "GET /vm/1/cbt",
        "{\"enabled\":\"true\",\"disks\":[{\"device\":\"vda\",\"points\":{\"bitmapId\":\"b1-vda\","
            + "\"snapshot\":\"holdfast-1\"}},{\"device\":\"vdb\",\"points\":[{\"bitmapId\":\"b1-vdb\"},"
            + "{\"snapshot\":\"x\"}]}]}");
    assertEquals(
        List.of(new TrackingMark("b1-vda", "holdfast-1"), new TrackingMark("b1-vdb", "")),
        cvm.connect().trackingMarks("1"));
    assertEquals(List.of(), cvm.connect().trackingMarks("9"));
  }

  @Test
  void enablingIsSkippedWhereNothingCanBeTracked() {
    Texts.vm(cvm, "3", "", Texts.disk("vda", "qcow2", ""));
    cvm.connect().enableTracking("1");
    Texts.vm(cvm, "2", "", Texts.disk("vda", "raw", ""));
    cvm.connect().enableTracking("1");
    assertEquals(0, cvm.count("PUT"));
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    cvm.on("PUT /vm/1/cbt", Texts.TASK).on("GET /message/7", Texts.DONE);
    cvm.connect().enableTracking("1");
    assertEquals("{\"enable\":true}", cvm.bodyOf("PUT /vm/1/cbt"));
  }
}
