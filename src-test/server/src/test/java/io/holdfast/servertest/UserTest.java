package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users as an administrator keeps them, by REST. */
@ExtendWith(ArquillianExtension.class)
@Order(13)
@Tag("USR-01")
@Tag("API-01")
class UserTest {
  private Http administrator;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(UserTest.class);
  }

  @BeforeEach
  void begin() {
    administrator = Accounts.with(Role.ADMINISTRATOR);
  }

  @Test
  void aUserIsChangedDisabledAndDeleted() {
    String name = "u" + Rows.id();
    String password = Accounts.create(name, Role.AUDITOR);
    String path = "/users/" + idOf(name);
    String token = Http.anonymous().login(name, password);
    administrator.put(path + "/roles", Map.of("roles", List.of("OPERATOR"))).expect(200);
    assertEquals("OPERATOR", entry(name).path("roles").path(0).asText());

    administrator.post(path + "/disable", null).expect(200);
    assertEquals(401, Http.anonymous().with(token).get("/jobs").status(), "its token has ended");
    assertEquals(
        401,
        Http.anonymous().post("/session", Map.of("user", name, "password", password)).status());
    administrator.post(path + "/enable", null).expect(200);
    administrator.post(path + "/password", Map.of("password", "other-Wort-33")).expect(200);
    Http.anonymous().login(name, "other-Wort-33");
    Http.Answer weak = administrator.post(path + "/password", Map.of("password", "short"));
    assertEquals("PASSWORD_TOO_WEAK", weak.json().path("title").asText(), weak.text());

    administrator.send("DELETE", path, null).expect(200);
    assertTrue(entry(name).isMissingNode());
    assertEquals(404, administrator.send("DELETE", path, null).status());
    assertEquals("0", Rows.text("SELECT COUNT(*) FROM account_role WHERE account_id = ?", path));
  }

  @Test
  @Tag("CON-04")
  void theLastAdministratorStays() {
    String name = "u" + Rows.id();
    Accounts.create(name, Role.ADMINISTRATOR);
    String path = "/users/" + idOf(name);
    // The caller is the only other one that counts, and then does not count any more either.
    String me =
        "SELECT account_id FROM access_token WHERE created_at = (SELECT MAX(created_at)"
            + " FROM access_token)";
    String caller = Rows.text(me);
    Rows.update("UPDATE account SET enabled = FALSE WHERE id <> ? AND name <> ?", caller, name);
    try {
      administrator.put(path + "/roles", Map.of("roles", List.of("AUDITOR"))).expect(200);
      String mine = "/users/" + caller;
      refused(administrator.put(mine + "/roles", Map.of("roles", List.of("OPERATOR"))));
      refused(administrator.post(mine + "/disable", null));
      refused(administrator.send("DELETE", mine, null));
      administrator.put(path + "/roles", Map.of("roles", List.of("ADMINISTRATOR"))).expect(200);
      Http.Answer own = administrator.send("DELETE", mine, null);
      assertEquals("FORBIDDEN", own.json().path("title").asText(), "one's own account");
    } finally {
      Rows.update("UPDATE account SET enabled = TRUE");
    }
  }

  private static void refused(Http.Answer answer) {
    assertEquals(409, answer.status(), answer.text());
    assertEquals("LAST_ADMINISTRATOR", answer.json().path("title").asText());
  }

  private String idOf(String name) {
    return entry(name).path("id").asText();
  }

  private JsonNode entry(String name) {
    return StreamSupport.stream(administrator.get("/users").expect(200).json().spliterator(), false)
        .filter(user -> user.path("name").asText().equals(name))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }
}
