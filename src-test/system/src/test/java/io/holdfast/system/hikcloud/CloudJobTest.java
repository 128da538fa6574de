package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static io.holdfast.system.hikcloud.CloudBed.image;
import static io.holdfast.system.hikcloud.CloudBed.name;
import static io.holdfast.system.hikcloud.CloudBed.volume;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main job on a running instance with two disks: full, changes only, back again byte for byte,
 * over itself and over the disks of another.
 */
@ExtendWith(CloudBed.Shared.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CloudJobTest {
  private static final long MIB = 1 << 20;
  private static JsonNode vm;
  private static String job;

  @Test
  @Order(1)
  @Tag("RES-02")
  @Tag("RES-03")
  @Tag("INV-01")
  @Tag("INV-02")
  @Tag("SIM-04")
  void thePlatformIsThereWithItsPoolAndItsTree(CloudBed bed) {
    vm = bed.running("cloud-main", 64 * MIB, 32 * MIB);
    JsonNode platform = bed.api().get("/platforms/" + bed.place().platformId());
    assertEquals("hikcloud", platform.path("kind").asText());
    assertEquals("V1.8.0", platform.path("productVersion").asText());
    assertFalse(platform.path("tls").asBoolean());
    JsonNode storages = bed.api().get("/platforms/" + bed.place().platformId() + "/ceph-storages");
    assertEquals("admin", storages.path(0).path("clientId").asText());
    assertEquals("{instance_id}_disk", storages.path(0).path("instanceTemplate").asText());
    JsonNode node = bed.operator().vmNode(bed.place().platformId(), name(vm));
    String tree = "/platforms/" + bed.place().platformId() + "/inventory";
    JsonNode hosts = bed.api().get(tree);
    assertEquals("HOST", hosts.path(0).path("kind").asText());
    assertTrue(node.path("parentId").asText().startsWith("host:"), node.toString());
    assertEquals(1, bed.api().get(tree + "?q=" + name(vm)).size());
  }

  @Test
  @Order(2)
  @Tag("HIK-01")
  @Tag("HIK-02")
  @Tag("HIK-03")
  @Tag("OPT-16")
  void aFullReadsWhatIsUsedOnly(CloudBed bed) {
    bed.cloud().write(id(vm), 0, 0, 8 * MIB, 65);
    bed.cloud().write(id(vm), 0, 40 * MIB, 4 * MIB, 66);
    bed.cloud().write(id(vm), 1, 4 * MIB, 4 * MIB, 67);
    job = bed.job(vm, Map.of());
    JsonNode task = bed.done(job, "FULL");
    assertEquals("FULL", task.path("type").asText());
    long read = task.path("readBytes").asLong();
    assertTrue(read >= 16 * MIB && read <= 24 * MIB, task.toString());
    assertTrue(bed.cloud().stored(id(vm)).path("freezeLog").size() > 0, "the guest was frozen");
    assertEquals(1, snapshots(bed, 0).size(), "the latest snapshot is kept");
  }

  @Test
  @Order(3)
  @Tag("HIK-01")
  void anIncrementalReadsWhatChanged(CloudBed bed) {
    bed.cloud().write(id(vm), 0, 20 * MIB, 65536, 68);
    bed.cloud().write(id(vm), 1, 30 * MIB, 65536, 69);
    JsonNode task = bed.done(job, "INCREMENTAL");
    assertEquals("INCREMENTAL", task.path("type").asText(), task.toString());
    assertTrue(task.path("readBytes").asLong() <= 9 * MIB, task.toString());
    assertEquals(2, snapshots(bed, 0).size(), "the full's and the newest are kept");
  }

  @Test
  @Order(4)
  @Tag("HIK-01")
  void aCumulativeIncrementalCountsFromTheFull(CloudBed bed) {
    bed.cloud().write(id(vm), 0, 60 * MIB, 65536, 70);
    JsonNode task = bed.done(job, "DIFFERENTIAL");
    assertEquals("DIFFERENTIAL", task.path("type").asText());
    JsonNode point = bed.point(vm);
    JsonNode points = bed.operator().restorePoints(bed.place().platformId(), name(vm));
    assertEquals(3, points.size());
    assertEquals(points.path(2).path("id").asText(), point.path("baseId").asText());
  }

  @Test
  @Order(5)
  @Tag("HIK-04")
  @Tag("RST-06")
  void aRestoreOverItsOwnDisksIsIdentical(CloudBed bed) {
    JsonNode point = bed.point(vm);
    List<String> before = List.of(bed.digest(vm, 0), bed.digest(vm, 1));
    bed.cloud().write(id(vm), 0, 0, 16 * MIB, 90);
    bed.cloud().write(id(vm), 1, 16 * MIB, 4 * MIB, 91);
    bed.cloud().enter(id(vm), "SHUTOFF");
    bed.operator().done(bed.operator().restore(bed.toOriginal(point)));
    assertEquals(before, List.of(bed.digest(vm, 0), bed.digest(vm, 1)));
    assertEquals("SHUTOFF", bed.cloud().status(id(vm)));
  }

  @Test
  @Order(6)
  @Tag("HIK-04")
  @Tag("HIK-06")
  void aRestoreOverMappedDisksOfAnotherIsIdentical(CloudBed bed) {
    JsonNode point = bed.point(vm);
    JsonNode target = bed.cloud().create(Bed.name("cloud-target"), 32 * MIB, 64 * MIB);
    Map<String, Object> definition =
        bed.toDisksOf(
            point,
            target,
            Map.of(volume(vm, 0), volume(target, 1), volume(vm, 1), volume(target, 0)));
    definition.put("startAfter", true);
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.digest(vm, 0), bed.digest(target, 1));
    assertEquals(bed.digest(vm, 1), bed.digest(target, 0));
    assertEquals("ACTIVE", bed.cloud().status(id(target)));
  }

  private static List<String> snapshots(CloudBed bed, int disk) {
    return bed.cloud().rbd("snap", "ls", image(vm, disk)).lines().skip(1).toList();
  }
}
