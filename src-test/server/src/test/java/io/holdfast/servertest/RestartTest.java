package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.servertest.bed.ServerBed;
import io.holdfast.servertest.bed.ServerProcess;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The last of all: the server is killed where it stands, on a database full of what the other tests
 * left, and started again by the same command.
 */
@ExtendWith(ArquillianExtension.class)
@Order(100)
class RestartTest {
  private static final List<String> LISTS =
      List.of("/jobs?limit=1000", "/runs?limit=1000", "/restore-points?limit=1000", "/platforms");

  @Test
  @Tag("OPS-01")
  void everythingThatWasAnsweredIsThereAfterAKill() throws IOException {
    Http admin = Http.anonymous().with(Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD));
    String key = admin.post("/access-keys", Map.of("label", "last words")).expect(200).text();
    Map<String, JsonNode> before = lists(admin);

    try (ServerProcess server = ServerProcess.killAndStartAgain(ServerBed.prepare())) {
      assertTrue(server.log().contains(" 0 migrations applied"), "the schema was complete");
      assertFalse(server.log().contains("FIRST START"), "the administrator is known");
      assertFalse(Files.exists(ServerBed.prepare().state().resolve("initial-admin-password")));
      Map<String, JsonNode> after = lists(admin);
      before.forEach((path, list) -> assertEquals(list, after.get(path), path));
      String id = key.replaceFirst(".*\"id\":\"([^\"]+)\".*", "$1");
      assertTrue(admin.get("/access-keys").expect(200).text().contains(id), "written just before");
      Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD);
      assertEquals(
          302, Http.anonymous().page("GET", "/holdfast/console/overview/overview.xhtml").status());
    }
  }

  private static Map<String, JsonNode> lists(Http caller) {
    Map<String, JsonNode> lists = new LinkedHashMap<>();
    LISTS.forEach(path -> lists.put(path, caller.get(path).expect(200).json()));
    // A platform may be asked meanwhile whether it is online (RES-06).
    lists.get("/platforms").forEach(platform -> ((ObjectNode) platform).remove("reach"));
    return lists;
  }
}
