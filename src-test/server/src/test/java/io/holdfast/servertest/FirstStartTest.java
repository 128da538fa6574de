package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server on an empty database, and the first person who comes to it. */
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(1)
class FirstStartTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(FirstStartTest.class);
  }

  @Test
  @Order(1)
  @Tag("OPS-01")
  void everyMigrationRanOnTheDatabaseThatWasAskedFor() {
    boolean mariadb = "mariadb".equals(System.getenv("HOLDFAST_DB_DRIVER"));
    String product = Rows.product().toLowerCase(Locale.ROOT);
    assertEquals(mariadb, product.contains("maria"), product);
    // Flyway quotes its names, and the two databases do not agree on how.
    String q = mariadb ? "`" : "\"";
    String history = "SELECT count(*) FROM " + q + "holdfast_schema_history" + q + " WHERE " + q;
    assertEquals("0", Rows.text(history + "success" + q + " = FALSE"));
    int applied = Integer.parseInt(Rows.text(history + "version" + q + " <> '0'"));
    assertTrue(applied >= 7, "migrations: " + applied);
    assertEquals("1", Rows.text("SELECT count(*) FROM dispatch_token"));
  }

  @Test
  @Order(2)
  @Tag("USR-01")
  void theFirstAdministratorMustChangeTheGeneratedPassword() throws IOException {
    Path file = Path.of(System.getProperty("holdfast.state"), "initial-admin-password");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String initial = Files.readString(file).strip();
    Http.Answer login =
        Http.anonymous().post("/session", Map.of("user", "admin", "password", initial)).expect(200);
    assertTrue(login.json().path("passwordChangeRequired").asBoolean(), login.text());
    Http limited = Http.anonymous().with(login.json().path("token").asText());

    Http.Answer refused = limited.get("/jobs").expect(403);
    assertEquals("PASSWORD_CHANGE_REQUIRED", refused.json().path("title").asText());
    Http.Answer weak = change(limited, initial, "short1");
    assertEquals(422, weak.status(), weak.text());
    assertEquals("PASSWORD_TOO_WEAK", weak.json().path("title").asText());
    assertEquals(401, change(limited, "wrong-Wort-1", Accounts.ADMIN_PASSWORD).status());
    assertTrue(Files.exists(file), "nothing has changed yet");

    change(limited, initial, Accounts.ADMIN_PASSWORD).expect(200);
    assertFalse(Files.exists(file), "the first password is written nowhere any more");
    assertEquals(401, limited.get("/jobs").status(), "tokens end with the password");
    assertEquals(
        401,
        Http.anonymous().post("/session", Map.of("user", "admin", "password", initial)).status());
    Http admin = Http.anonymous().with(Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD));
    assertEquals(0, admin.get("/jobs").expect(200).json().path("total").asInt(-1));
  }

  @Test
  @Order(3)
  @Tag("API-01")
  void aTokenEndsWhenItIsGivenBack() {
    Http admin = Http.anonymous().with(Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD));
    Http.Answer me = admin.get("/session").expect(200);
    assertEquals("admin", me.json().path("user").asText());
    assertFalse(me.json().path("passwordChangeRequired").asBoolean(true));
    Http other = Http.anonymous().with(Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD));
    admin.send("DELETE", "/session", null).expect(200);
    assertEquals(401, admin.get("/session").status());
    assertEquals(401, admin.get("/jobs").status());
    assertEquals(200, other.get("/jobs").status(), "only the token that was given back ends");
  }

  private static Http.Answer change(Http caller, String present, String fresh) {
    return caller.post("/session/password", Map.of("present", present, "fresh", fresh));
  }
}
