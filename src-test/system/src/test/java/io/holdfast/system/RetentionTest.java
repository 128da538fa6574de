package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What becomes of restore points: retention, deletion by hand, collection, verification, healing.
 */
@ExtendWith(Bed.Shared.class)
class RetentionTest {
  private static final long MIB = 1 << 20;
  private static final Duration SOON = Duration.ofSeconds(40);

  @Test
  @Tag("POOL-09")
  @Tag("POOL-10")
  void whatExpiresGoesAfterTheNextSuccessAndEverythingElseStaysRestorable(Bed bed)
      throws IOException {
    Path folder = bed.installation().state().resolve("kept-pool");
    String pool =
        bed.operator()
            .createPool(Bed.name("kept"), bed.place().agentId(), folder.toString(), "DEDUP");
    Operator.Place place =
        new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
    String vm = Bed.name("kept");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(64 * MIB, "qcow2", List.of(Bed.content(0, 8 * MIB, "random", 1)))));
    String job = newestOnlyJob(bed, place, vm);

    String full = backUp(bed, job, vm, "FULL");
    bed.cas().write(vm, "vda", 2 * MIB, 3 * MIB, 5);
    String expired = backUp(bed, job, vm, "INCREMENTAL");
    bed.cas().write(vm, "vda", 2 * MIB, 3 * MIB, 6);
    String newest = backUp(bed, job, vm, "INCREMENTAL");
    awaitPoints(bed, vm, List.of(newest, full));
    JsonNode kept = bed.api().get("/restore-points/" + full);
    assertEquals("FULL_OF_KEPT", kept.path("keptFor").path(0).asText(), kept.toString());
    assertThrows(ApiProblem.class, () -> bed.api().get("/restore-points/" + expired));
    JsonNode preview = bed.api().get("/retention/" + job);
    assertEquals(0, preview.path("going").asInt(), preview.toString());
    assertEquals(2, preview.path("items").path(0).path("points").size(), preview.toString());

    deleteByHand(bed, full, newest);
    JsonNode collected = poolJob(bed, pool, "GARBAGE", Map.of());
    assertEquals("admin", collected.path("startedBy").asText());
    assertTrue(collected.path("result").path("freedBytes").asLong() > 0, collected.toString());
    RestoredCopy.assertIdentical(bed, vm);

    damageHeals(bed, pool, folder, () -> backUp(bed, job, vm, "FULL"), newest);
    RestoredCopy.assertIdentical(bed, vm);
    JsonNode history = bed.api().get("/pool-jobs?poolId=" + pool);
    assertEquals(3, history.path("total").asInt(), history.toString());
  }

  private static String newestOnlyJob(Bed bed, Operator.Place place, String vm) {
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    String job = bed.operator().createJob(Bed.name("kept"), place, List.of(node), Map.of());
    Map<String, Object> wanted = new LinkedHashMap<>();
    JsonNode stored = bed.api().get("/jobs/" + job);
    assertEquals("NONE", stored.path("retention").path("unit").asText(), stored.toString());
    List.of("name", "platformId", "agentId", "poolId", "content", "type", "options")
        .forEach(field -> wanted.put(field, stored.get(field)));
    wanted.put("retention", Map.of("unit", "COUNT", "keep", 0));
    JsonNode changed = bed.api().put("/jobs/" + job, wanted);
    assertEquals("COUNT", changed.path("retention").path("unit").asText(), changed.toString());
    return job;
  }

  private static String backUp(Bed bed, String job, String vm, String type) {
    bed.operator().done(bed.operator().start(job, type));
    return ids(bed, vm).get(0);
  }

  /** Newest first. */
  private static List<String> ids(Bed bed, String vm) {
    List<String> ids = new ArrayList<>();
    bed.operator()
        .restorePoints(bed.place().platformId(), vm)
        .forEach(point -> ids.add(point.path("id").asText()));
    return ids;
  }

  private static void awaitPoints(Bed bed, String vm, List<String> wanted) {
    Waiting.until("restore points " + wanted, SOON, () -> ids(bed, vm), wanted::equals);
  }

  private static void deleteByHand(Bed bed, String full, String newest) {
    String path = "/restore-points/" + full;
    bed.api().put(path + "/protection", Map.of("held", true));
    assertTrue(!bed.api().get(path + "/removal").path("refused").asText().isEmpty());
    ApiProblem refused = assertThrows(ApiProblem.class, () -> bed.api().delete(path));
    assertTrue(refused.getMessage().contains("409"), refused.getMessage());
    bed.api().put(path + "/protection", Map.of("held", false));
    JsonNode removal = bed.api().get(path + "/removal");
    assertEquals("", removal.path("refused").asText());
    assertTrue(removal.path("freedBytes").asLong() > 0, removal.toString());
    bed.api().delete(path);
    assertThrows(ApiProblem.class, () -> bed.api().get(path));
    assertEquals(newest, bed.api().get("/restore-points/" + newest).path("id").asText());
  }

  private static JsonNode poolJob(Bed bed, String pool, String kind, Map<String, Object> work) {
    String id =
        bed.api()
            .post("/pool-jobs", Map.of("poolId", pool, "kind", kind, "work", work))
            .path("id")
            .asText();
    JsonNode ended =
        Waiting.until(
            "the end of pool job " + id,
            SOON,
            () -> bed.api().get("/pool-jobs/" + id),
            job -> !job.path("endedAt").asText().isEmpty());
    assertEquals("DONE", ended.path("state").asText(), ended.toString());
    return ended;
  }

  private static void damageHeals(
      Bed bed, String pool, Path folder, Runnable fullBackup, String hurt) throws IOException {
    flipInEveryPack(folder);
    JsonNode found = poolJob(bed, pool, "VERIFY", Map.of());
    assertTrue(found.path("result").path("damagedPlaces").asInt() > 0, found.toString());
    JsonNode damage =
        bed.api().get("/pool-jobs/" + found.path("id").asText() + "/damage").path("items").path(0);
    assertEquals("CHUNK_CORRUPT", damage.path("code").asText(), damage.toString());
    assertEquals(hurt, damage.path("restorePoints").path(0).asText(), damage.toString());
    assertTrue(bed.api().get("/restore-points/" + hurt).path("damagedPlaces").asInt() > 0);

    fullBackup.run();
    poolJob(bed, pool, "VERIFY", Map.of("knownDamageOnly", true));
    boolean whole =
        Stream.of(bed.api().get("/restore-points?poolId=" + pool).path("items"))
            .flatMap(items -> Stream.iterate(0, i -> i < items.size(), i -> i + 1).map(items::get))
            .allMatch(point -> point.path("damagedPlaces").asInt() == 0);
    assertTrue(whole, "healed restore points are still marked");
  }

  private static void flipInEveryPack(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("packs"))) {
      for (Path pack : files.filter(file -> file.toString().endsWith(".pack")).toList()) {
        try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
          int at = 64 + 88 + 100;
          file.seek(at);
          int before = file.read();
          file.seek(at);
          file.write(before ^ 1);
        }
      }
    }
  }
}
