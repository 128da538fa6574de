package io.holdfast.system.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S2 4: the platform and its Ceph storage. */
class CloudRegistrationTest extends CloudRows {

  @Test
  @DisplayName("S2 4: a wrong Secret Key is refused, nothing is saved, and it is in no log")
  @Tag("RES-02")
  @Tag("RES-07")
  void aWrongSecretKeyIsRefusedAndNowhereToBeFound() throws IOException {
    String secret = "Wrong-Secret-9753";
    Map<String, Object> platform =
        cloud.registration(Bed.name("wrong"), bed.place().agentId(), secret);
    ApiProblem refused = refusal(() -> bed.api().post("/platforms", platform));
    assertEquals("PLATFORM_LOGIN_REFUSED", refused.error(), refused.getMessage());
    String all = bed.api().get("/platforms").toString();
    assertFalse(all.contains(platform.get("name").toString()), all);
    assertFalse(all.contains(secret) || all.contains(SimulatedCloud.SECRET_KEY), all);
    Path logs = bed.bed().installation().state().resolve("log");
    try (Stream<Path> files = Files.list(logs)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file);
        assertFalse(text.contains(secret), file.toString());
        assertFalse(text.contains(SimulatedCloud.SECRET_KEY), file.toString());
      }
    }
  }

  @Test
  @DisplayName("S2 4: port 30188 and no SSL when nothing else is said")
  @Tag("RES-02")
  void thePortIsTheGuides() {
    Map<String, Object> platform =
        cloud.registration(Bed.name("port"), bed.place().agentId(), SimulatedCloud.SECRET_KEY);
    platform.remove("port");
    ApiProblem nobodyThere = refusal(() -> bed.api().post("/platforms", platform));
    assertTrue(nobodyThere.getMessage().contains("30188"), nobodyThere.getMessage());
  }

  @Test
  @DisplayName("S2 4.1: a Ceph storage is checked against its cluster before it is saved")
  @Tag("RES-03")
  void aCephStorageThatCannotBeReachedIsNotSaved() {
    String path = "/platforms/" + another() + "/ceph-storages";
    Map<String, Object> storage = cloud.storage(bed.place().agentId());
    assertRefusedStorage(path, with(storage, "pool", "nowhere"), "CEPH_POOL_MISSING");
    assertRefusedStorage(
        path,
        with(storage, "configuration", "/nowhere/ceph.conf"),
        "CEPH_CONFIGURATION_UNREADABLE");
    assertRefusedStorage(path, with(storage, "clientId", "nobody"), "CEPH_LOGIN_REFUSED");
    assertRefusedStorage(path, with(storage, "volumeTemplate", "volume"), "INVALID_VALUE");
    assertEquals(0, bed.api().get(path).size());
    bed.api().post(path + "/test", storage);
    assertEquals(0, bed.api().get(path).size(), "a test saves nothing");
    JsonNode saved = bed.api().post(path, storage);
    assertEquals("ALREADY_EXISTS", refusal(() -> bed.api().post(path, storage)).error());
    String one = path + "/" + saved.path("id").asText();
    bed.api().put(one, with(storage, "searchByObjectMap", true));
    assertTrue(bed.api().get(path).path(0).path("searchByObjectMap").asBoolean());
    assertRefusedChange(one, with(storage, "clientId", "nobody"));
    assertEquals("admin", bed.api().get(path).path(0).path("clientId").asText());
    bed.api().delete(one);
    assertEquals(0, bed.api().get(path).size());
  }

  private void assertRefusedStorage(String path, Map<String, Object> storage, String code) {
    assertEquals(code, refusal(() -> bed.api().post(path, storage)).error());
  }

  private void assertRefusedChange(String path, Map<String, Object> storage) {
    assertEquals("CEPH_LOGIN_REFUSED", refusal(() -> bed.api().put(path, storage)).error());
  }

  @Test
  @DisplayName("S2 4.1: a Ceph storage that a job needs stays; a pool that is not there is named")
  @Tag("RES-03")
  @Tag("HIK-06")
  void aCephStorageInUseStaysAndAMissingOneIsNamed() {
    String platform = another();
    String path = "/platforms/" + platform + "/ceph-storages";
    JsonNode vm = written("needs");
    Operator.Place place =
        new Operator.Place(platform, bed.place().agentId(), bed.place().poolId());
    JsonNode node = bed.operator().vmNode(platform, CloudBed.name(vm));
    String job = bed.operator().createJob(Bed.name("needs"), place, List.of(node), Map.of());
    assertRefused(bed.run(job, "FULL"), "CEPH_STORAGE_UNREGISTERED", CloudBed.name(vm), "rbd");
    String one =
        path + "/" + bed.api().post(path, cloud.storage(bed.place().agentId())).path("id").asText();
    assertSealed(bed.run(job, "FULL"), "FULL");
    ApiProblem held = refusal(() -> bed.api().delete(one));
    assertEquals("RESOURCE_IN_USE", held.error(), held.getMessage());
    assertTrue(held.getMessage().contains("rbd"), held.getMessage());
    bed.api().delete("/jobs/" + job);
    bed.api().delete(one);
    assertEquals(0, bed.api().get(path).size());
    bed.api().delete("/platforms/" + platform);
  }

  private String another() {
    return bed.api()
        .post(
            "/platforms",
            cloud.registration(
                Bed.name("another"), bed.place().agentId(), SimulatedCloud.SECRET_KEY))
        .path("id")
        .asText();
  }
}
