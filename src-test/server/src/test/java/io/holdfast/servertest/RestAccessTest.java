package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Default deny over every operation of the API. The list of operations is the server's own OpenAPI
 * document, so that one that is added later is tried as well; one that needs a body is listed here
 * or answers 400 and fails the test.
 */
@ExtendWith(ArquillianExtension.class)
@Order(2)
class RestAccessTest {
  private static final String ID = "00000000-0000-4000-8000-000000000001";
  private static final String POOL =
      "{\"name\":\"n\",\"agentId\":\"" + ID + "\",\"folder\":\"/nowhere\"}";
  private static final String SECRET = "{\"passphrase\":\"a long enough one\"}";
  private static final String JOB =
      """
      {"name":"n","platformId":"%1$s","agentId":"%1$s","poolId":"%1$s",
       "content":[{"nodeId":"1","kind":"VM","name":"v"}]}\
      """
          .formatted(ID);
  private static final String CONTENT =
      """
      {"platformId":"%1$s","content":[{"nodeId":"1","kind":"VM","name":"v"}]}\
      """
          .formatted(ID);
  private static final String RESTORE =
      """
      {"name":"n","restorePointId":"%1$s","mode":"NEW_VM","platformId":"%1$s","targetHostId":"1",
       "newVmName":"v","disks":[{"diskKey":"a"}],"captchaId":"%1$s","captcha":"ABCD"}\
      """
          .formatted(ID);
  private static final String BATCH =
      "{\"name\":\"n\",\"vms\":[],\"captchaId\":\"" + ID + "\",\"captcha\":\"ABCD\"}";
  private static final String PLATFORM =
      """
      {"name":"n","kind":"h3c-cas","address":"127.0.0.1","port":1,"user":"u","password":"p",
       "agentId":"%s"}\
      """
          .formatted(ID);
  private static final String CEPH = "{\"pool\":\"rbd\",\"agentId\":\"" + ID + "\"}";
  private static final String SCHEDULE =
      """
      {"name":"n","platformId":"%1$s","content":[{"nodeId":"VM:1","kind":"VM","name":"v"}]}\
      """
          .formatted(ID);
  private static final Map<String, String> BODIES =
      Map.ofEntries(
          Map.entry("POST /access-keys", "{\"label\":\"l\"}"),
          Map.entry("POST /jobs", JOB),
          Map.entry("PUT /jobs/{id}", JOB),
          Map.entry("POST /jobs/check", JOB),
          Map.entry("POST /jobs/content", CONTENT),
          Map.entry("POST /jobs/{id}/copy", "{\"name\":\"c\"}"),
          Map.entry("POST /jobs/{id}/runs", "{}"),
          Map.entry("POST /platforms", PLATFORM),
          Map.entry("POST /platforms/test", PLATFORM),
          Map.entry("PUT /platforms/{id}", PLATFORM),
          Map.entry("POST /platforms/{id}/ceph-storages", CEPH),
          Map.entry("POST /platforms/{id}/ceph-storages/test", CEPH),
          Map.entry("PUT /platforms/{id}/ceph-storages/{storageId}", CEPH),
          Map.entry("POST /platforms/{id}/vms/{vmId}/snapshots", "{\"name\":\"n\"}"),
          Map.entry("POST /snapshot-schedules", SCHEDULE),
          Map.entry("PUT /snapshot-schedules/{id}", SCHEDULE),
          Map.entry("PUT /platforms/{id}/label", "{\"name\":\"n\",\"tags\":[]}"),
          Map.entry("POST /pools", POOL),
          Map.entry("POST /pools/attach", POOL),
          Map.entry("POST /pools/{id}/keys", SECRET),
          Map.entry("PUT /pools/{id}/keys/server", SECRET),
          Map.entry("POST /pool-jobs", "{\"poolId\":\"" + ID + "\",\"kind\":\"VERIFY\"}"),
          Map.entry("PUT /restore-points/{id}/protection", "{\"held\":true}"),
          Map.entry("POST /restore-jobs", RESTORE),
          Map.entry("POST /restore-jobs/preview", RESTORE),
          Map.entry("POST /restore-jobs/start", RESTORE),
          Map.entry("POST /restore-jobs/batch", BATCH),
          Map.entry("PUT /restore-jobs/{id}", RESTORE),
          Map.entry(
              "POST /restore-jobs/{id}/runs",
              "{\"captchaId\":\"" + ID + "\",\"captcha\":\"ABCD\"}"),
          Map.entry("POST /session/password", "{\"present\":\"aaaaaaaaa1\",\"fresh\":\"b\"}"));

  /** The way in and out; nobody may use it. */
  private static final Set<String> OPEN = Set.of("POST /session", "DELETE /session");

  /** Change nothing that belongs to anybody else. */
  private static final Set<String> OWN =
      Set.of("POST /session/password", "POST /captchas", "POST /platforms/{id}/test");

  @Deployment
  static Archive<?> probe() {
    return Probe.of(RestAccessTest.class);
  }

  @Test
  @Tag("API-01")
  @Tag("USR-01")
  void nobodyGetsAnywhereWithoutAToken() {
    check(Http.anonymous(), operation -> !OPEN.contains(operation), Set.of(401));
    check(
        Http.anonymous().with("hft_made-up"), operation -> !OPEN.contains(operation), Set.of(401));
  }

  @Test
  @Tag("USR-01")
  void anAuditorChangesNothing() {
    Http auditor = Accounts.with(Role.AUDITOR);
    check(
        auditor,
        operation ->
            !operation.startsWith("GET") && !OPEN.contains(operation) && !OWN.contains(operation),
        Set.of(403));
    check(auditor, operation -> operation.startsWith("GET"), Set.of(200, 204, 404));
  }

  @Test
  @Tag("USR-01")
  void administratorsAndOperatorsKeepToTheirPart() {
    Http operator = Accounts.with(Role.OPERATOR);
    Http administrator = Accounts.with(Role.ADMINISTRATOR);
    Set<String> ofAdministrators =
        Set.of(
            "POST /access-keys",
            "DELETE /access-keys/{id}",
            "DELETE /agents/{id}",
            "POST /platforms",
            "PUT /platforms/{id}",
            "PUT /platforms/{id}/label",
            "DELETE /platforms/{id}",
            "POST /platforms/{id}/ceph-storages",
            "POST /platforms/{id}/ceph-storages/test",
            "PUT /platforms/{id}/ceph-storages/{storageId}",
            "DELETE /platforms/{id}/ceph-storages/{storageId}",
            "POST /pools",
            "DELETE /pools/{id}");
    check(operator, ofAdministrators::contains, Set.of(403));
    Set<String> ofOperators =
        Set.of(
            "POST /jobs",
            "PUT /jobs/{id}",
            "DELETE /jobs/{id}",
            "POST /jobs/{id}/runs",
            "POST /restore-jobs",
            "POST /restore-jobs/start");
    check(administrator, ofOperators::contains, Set.of(403));
    assertEquals(200, administrator.post("/access-keys", Map.of("label", "mine")).status());
    assertEquals("0", Rows.text("SELECT count(*) FROM platform WHERE name = 'n'"));
    assertEquals("0", Rows.text("SELECT count(*) FROM backup_policy WHERE name = 'n'"));
  }

  private static void check(Http caller, Predicate<String> which, Set<Integer> allowed) {
    check(caller, which, allowed, Set.of());
  }

  private static void check(
      Http caller, Predicate<String> which, Set<Integer> allowed, Set<String> atLeast) {
    List<String> wrong = new ArrayList<>();
    Set<String> tried = new HashSet<>();
    for (Map.Entry<String, String> operation : operations().entrySet()) {
      if (!which.test(operation.getKey())) {
        continue;
      }
      tried.add(operation.getKey());
      String[] methodAndPath = operation.getKey().split(" ", 2);
      String path = methodAndPath[1].replace("{kind}", "PASSPHRASE").replaceAll("\\{[^}]*}", ID);
      Http.Answer answer = caller.send(methodAndPath[0], path, operation.getValue());
      if (!allowed.contains(answer.status())) {
        wrong.add(operation.getKey() + " -> " + answer.status() + " " + answer.text());
      }
    }
    assertTrue(tried.size() >= 4 && tried.containsAll(atLeast), "operations tried: " + tried);
    assertEquals(List.of(), wrong);
  }

  /** Operation (as {@code GET /jobs/{id}}) to the body it takes. */
  private static Map<String, String> operations() {
    JsonNode paths =
        Http.anonymous().page("GET", "/openapi?format=JSON").expect(200).json().path("paths");
    Map<String, String> operations = new TreeMap<>();
    paths
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          String operation =
                              method.toUpperCase(Locale.ROOT)
                                  + " "
                                  + path.getKey().replaceFirst("^.*/api/v1", "");
                          String body = method.matches("post|put") ? "{}" : null;
                          operations.put(operation, BODIES.getOrDefault(operation, body));
                        }));
    assertTrue(operations.size() >= 35, "the document lists " + operations.keySet());
    return operations;
  }
}
