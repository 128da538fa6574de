package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An encrypted pool from its making to its second server. */
@ExtendWith(Bed.Shared.class)
class EncryptedPoolTest {
  private static final long MIB = 1 << 20;
  private static final String FIRST = "vier Wörter 口令 und mehr";
  private static final String SECOND = "a second passphrase entirely";

  @Test
  @Tag("OPT-17")
  @Tag("POOL-08")
  @Tag("OPS-02")
  void itsSecretStaysWithinAndItComesBackWithItsWholeCatalog(Bed bed) throws IOException {
    Path folder = bed.installation().state().resolve("locked-pool");
    Map<String, Object> wanted = wanted(bed, folder);
    wanted.put("secret", Map.of("passphrase", "zu kurz"));
    ApiProblem weak = assertThrows(ApiProblem.class, () -> bed.api().post("/pools", wanted));
    assertEquals("PASSPHRASE_TOO_SHORT", weak.error());
    wanted.put("secret", Map.of("passphrase", FIRST));
    JsonNode made = bed.api().post("/pools", wanted);
    String pool = made.path("id").asText();
    String recovery = made.path("recoveryKey").asText();
    assertTrue(recovery.startsWith("HFR1-"), "made with the pool");
    JsonNode entry = bed.api().get("/pools/" + pool);
    assertEquals("OPENS", entry.path("keyState").asText());
    assertEquals(2, entry.path("keys").size());
    assertFalse(entry.toString().contains(recovery), "shown once");

    String vm = Bed.name("locked");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(64 * MIB, "qcow2", List.of(Bed.content(0, 8 * MIB, "random", 5)))));
    Operator.Place place =
        new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    String job = bed.operator().createJob(Bed.name("locked"), place, List.of(node), Map.of());
    bed.operator().done(bed.operator().start(job, "FULL"));
    RestoredCopy.assertIdentical(bed, vm);

    bed.api().post("/pools/" + pool + "/keys", Map.of("passphrase", SECOND));
    assertEquals("OPENS", bed.api().get("/pools/" + pool).path("keyState").asText());
    bed.api().put("/pools/" + pool + "/limits", Map.of("quotaBytes", 4 * MIB));
    JsonNode tight = bed.api().get("/pools/" + pool);
    assertTrue(tight.path("findings").toString().contains("QUOTA_REACHED"), tight.toString());
    String refused = bed.operator().ended(bed.operator().start(job, "FULL")).path("id").asText();
    assertTrue(
        bed.api().get("/runs/" + refused).toString().contains("POOL_QUOTA_REACHED")
            || bed.api().get("/runs/" + refused + "/log").toString().contains("4.00 MiB"),
        () -> bed.api().get("/runs/" + refused + "/log").toPrettyString());
    assertNowhere(bed.installation().state(), FIRST, SECOND, recovery);

    bed.api().delete("/jobs/" + job);
    assertThrows(ApiProblem.class, () -> bed.api().delete("/pools/" + pool), "points need it");
  }

  @Test
  @Tag("OPS-02")
  @Tag("OPT-17")
  void aPoolIsTakenInByItsFolderAndOneOfItsSecrets(Bed bed) {
    Path folder = bed.installation().state().resolve("attached-pool");
    Map<String, Object> wanted = wanted(bed, folder);
    wanted.put("secret", Map.of("passphrase", FIRST));
    JsonNode made = bed.api().post("/pools", wanted);
    bed.api().delete("/pools/" + made.path("id").asText());

    wanted.remove("secret");
    ApiProblem locked =
        assertThrows(ApiProblem.class, () -> bed.api().post("/pools/attach", wanted));
    assertEquals("POOL_KEY_NEEDED", locked.error());
    wanted.put("secret", Map.of("passphrase", SECOND));
    ApiProblem wrong =
        assertThrows(ApiProblem.class, () -> bed.api().post("/pools/attach", wanted));
    assertEquals("POOL_KEY_WRONG", wrong.error());
    wanted.put("secret", Map.of("recoveryKey", made.path("recoveryKey").asText()));
    JsonNode attached = bed.api().post("/pools/attach", wanted);
    assertEquals(made.path("id").asText(), attached.path("id").asText());
    assertEquals(0, attached.path("damaged").size());
    JsonNode entry = bed.api().get("/pools/" + attached.path("id").asText());
    // The disk that the test runs on may be nearly full: that is told too.
    String findings = entry.path("findings").toString();
    assertTrue(findings.contains("\"OPENED_BY_RECOVERY_KEY\""), findings);
    wanted.put("name", Bed.name("again"));
    assertEquals(
        "ALREADY_EXISTS",
        assertThrows(ApiProblem.class, () -> bed.api().post("/pools/attach", wanted)).error());
    bed.api().delete("/pools/" + attached.path("id").asText());
  }

  private static Map<String, Object> wanted(Bed bed, Path folder) {
    Map<String, Object> wanted = new LinkedHashMap<>();
    wanted.put("name", Bed.name("locked"));
    wanted.put("agentId", bed.place().agentId());
    wanted.put("folder", folder.toString());
    wanted.put("kind", "DEDUP");
    return wanted;
  }

  /** Server, agent, database, logs and pool lie in the installation's folder. */
  private static void assertNowhere(Path folder, String... secrets) throws IOException {
    List<Path> files;
    try (var all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      if (!Files.isReadable(file) || Files.size(file) > 64 * MIB) {
        continue;
      }
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (String secret : secrets) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        assertFalse(text.contains(new String(bytes, StandardCharsets.ISO_8859_1)), file::toString);
      }
    }
  }
}
