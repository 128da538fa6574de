package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The catalog as runs write it and people look in it. */
@ExtendWith(ArquillianExtension.class)
@Order(6)
class CatalogTest {
  private static final long GIB = 1L << 30;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(CatalogTest.class);
  }

  @Test
  @Tag("RST-01")
  void recordingAPointAgainAfterACrashChangesNothing() {
    Rows.Place place = Rows.place();
    RestorePointSummary summary = point(place, "vm-1", "web", BackupType.FULL, 1_000).build();
    PoolId pool = new PoolId(place.poolId());
    RestorePointRegister register = Beans.get(RestorePointRegister.class);
    RestorePoint first = register.record(summary, pool);
    RestorePoint again =
        register.record(summary.toBuilder().setManifestDigest("another").build(), pool);
    assertEquals(first.id(), again.id());
    assertEquals("digest", again.manifestDigest());
    assertEquals(
        "1",
        Rows.text("SELECT count(*) FROM restore_point WHERE id = ?", summary.getRestorePointId()));
    assertEquals(
        "2",
        Rows.text(
            "SELECT count(*) FROM restore_point_disk WHERE restore_point_id = ?",
            summary.getRestorePointId()));
    RestorePoint found = register.find(first.id()).orElseThrow();
    assertEquals(3 * GIB, found.diskBytes());
    assertEquals(summary.getVm(), found.vm(), "the VM's description survives the database");
  }

  @Test
  @Tag("CAS-04")
  void theBasesOfIncrementalAndDifferentialAreTheNewestOfThatVmInThatPool() {
    Rows.Place place = Rows.place();
    Rows.Place elsewhere = Rows.place();
    VmRef vm = new VmRef(place.platformId(), "vm-1");
    PoolId pool = new PoolId(place.poolId());
    RestorePointRegister register = Beans.get(RestorePointRegister.class);
    assertEquals(Optional.empty(), register.newest(pool, vm));

    register.record(point(place, "vm-1", "web", BackupType.FULL, 1_000).build(), pool);
    RestorePointSummary full = point(place, "vm-1", "web", BackupType.FULL, 3_000).build();
    register.record(full, pool);
    RestorePointSummary newest = point(place, "vm-1", "web", BackupType.INCREMENTAL, 5_001).build();
    register.record(newest, pool);
    register.record(point(place, "vm-1", "web", BackupType.DIFFERENTIAL, 5_000).build(), pool);
    register.record(point(place, "vm-2", "db", BackupType.FULL, 9_000).build(), pool);
    register.record(
        point(place, "vm-1", "web", BackupType.FULL, 9_000).build(),
        new PoolId(elsewhere.poolId()));

    assertEquals(newest.getRestorePointId(), register.newest(pool, vm).orElseThrow().id().value());
    assertEquals(
        full.getRestorePointId(), register.newestFull(pool, vm).orElseThrow().id().value());
  }

  @Test
  @Tag("RST-01")
  void pagesAreCompleteAndWithoutRepetition() {
    Rows.Place place = Rows.place();
    RestorePointRegister register = Beans.get(RestorePointRegister.class);
    for (int i = 0; i < 7; i++) {
      register.record(
          // Pairs of the same time: the order must be total all the same.
          point(place, "vm-1", "web", BackupType.FULL, 1_000 * (i / 2)).build(),
          new PoolId(place.poolId()));
    }
    Http auditor = Accounts.with(Role.AUDITOR);
    Set<String> seen = new HashSet<>();
    String newest = "9";
    for (int offset = 0; offset < 9; offset += 3) {
      JsonNode page =
          auditor.get(path(place) + "&offset=" + offset + "&limit=3").expect(200).json();
      assertEquals(7, page.path("total").asInt());
      assertEquals(Math.min(3, 7 - offset), page.path("items").size());
      for (JsonNode item : page.path("items")) {
        assertTrue(seen.add(item.path("id").asText()), "twice: " + item);
        assertTrue(item.path("createdAt").asText().compareTo(newest) <= 0, "newest first");
        newest = item.path("createdAt").asText();
      }
    }
    assertEquals(7, seen.size());
    for (String wrong : List.of("&limit=0", "&limit=1001", "&offset=-1")) {
      Http.Answer answer = auditor.get(path(place) + wrong);
      assertEquals(422, answer.status(), answer.text());
      assertEquals("VALUE_OUT_OF_RANGE", answer.json().path("title").asText());
    }
  }

  @Test
  @Tag("INV-03")
  void namesOfEveryKindAreKeptAndFound() {
    Rows.Place place = Rows.place();
    RestorePointRegister register = Beans.get(RestorePointRegister.class);
    List<String> names =
        List.of(
            "数据库服务器-生产",
            "it's a \"test\" \\ ; DROP TABLE account --",
            "100%_!sure",
            "../../etc/passwd",
            "emoji 🖥",
            "长".repeat(250));
    for (String name : names) {
      register.record(
          point(place, "id of " + name.hashCode(), name, BackupType.FULL, 1_000).build(),
          new PoolId(place.poolId()));
    }
    register.record(
        point(place, "other", "100 percent sure", BackupType.FULL, 1_000).build(),
        new PoolId(place.poolId()));
    Http auditor = Accounts.with(Role.AUDITOR);
    for (String name : names) {
      JsonNode found =
          auditor
              .get(path(place) + "&vm=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
              .expect(200)
              .json();
      assertEquals(1, found.path("total").asInt(), name);
      assertEquals(name, found.path("items").path(0).path("vmName").asText());
    }
  }

  private static String path(Rows.Place place) {
    return "/restore-points?platformId=" + place.platformId();
  }

  private static RestorePointSummary.Builder point(
      Rows.Place place, String vmId, String name, BackupType type, long millis) {
    DiskDescription.Builder disk =
        DiskDescription.newBuilder().setFormat("qcow2").setPath("/vms/磁盘").setStoragePool("p");
    return RestorePointSummary.newBuilder()
        .setRestorePointId(Rows.id())
        .setType(type)
        .setCreatedEpochMillis(millis)
        .setVm(VmDescription.newBuilder().setVmId(vmId).setUuid("u").setName(name).setTitle(name))
        .addDisks(
            RestorePointDisk.newBuilder()
                .setDisk(disk.setDiskKey("a").setDevice("vda").setSizeBytes(GIB))
                .setReadBytes(10))
        .addDisks(
            RestorePointDisk.newBuilder()
                .setDisk(disk.setDiskKey("b").setDevice("vdb").setSizeBytes(2 * GIB))
                .setReadBytes(5))
        .setPlatformId(place.platformId())
        .setJobName("job")
        .setManifestDigest("digest")
        .setTrackingReady(true);
  }
}
