package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.SecretVault;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** RES-07: what was given to the server in confidence does not come out of it. */
@ExtendWith(ArquillianExtension.class)
@Order(9)
class SecretsTest {
  private static final String SECRET = "Geheim-密码-4711";

  @Deployment
  static Archive<?> probe() {
    return Probe.of(SecretsTest.class);
  }

  @Test
  @Tag("RES-07")
  void aPlatformsPasswordIsInNoAnswerNoLogAndNotInTheDatabase() throws IOException {
    Rows.Place place = Rows.place();
    String sealed = Beans.get(SecretVault.class).seal(place.platformId(), SECRET);
    assertFalse(sealed.contains(SECRET));
    assertNotEquals(
        sealed, Beans.get(SecretVault.class).seal(place.platformId(), SECRET), "sealed with salt");
    Rows.update("UPDATE platform SET sealed_password = ? WHERE id = ?", sealed, place.platformId());
    assertEquals(
        SECRET,
        Beans.asServer(
                () ->
                    Beans.get(PlatformConnections.class).access(new PlatformId(place.platformId())))
            .getPassword());

    Http all = Accounts.with(Role.ADMINISTRATOR, Role.OPERATOR, Role.AUDITOR);
    Map<String, Object> settings = new HashMap<>();
    settings.put("name", "secret " + place.platformId());
    settings.put("kind", "h3c-cas");
    settings.put("address", "127.0.0.1");
    settings.put("port", 1);
    settings.put("user", "admin");
    settings.put("password", SECRET);
    settings.put("agentId", place.agentId());
    List<Http.Answer> answers = new ArrayList<>();
    String one = "/platforms/" + place.platformId();
    answers.add(all.get("/platforms").expect(200));
    answers.add(all.get(one));
    // The agent is away: each of these fails, and must not say with what.
    answers.add(all.post("/platforms/test", settings));
    answers.add(all.post("/platforms", settings));
    answers.add(all.put(one, settings));
    answers.add(all.post(one + "/test", null));
    settings.put("passwrod", SECRET);
    answers.add(all.post("/platforms", settings));
    answers.add(all.send("POST", "/platforms", "{\"password\":\"" + SECRET + "\", oops"));
    for (Http.Answer answer : answers) {
      assertFalse(answer.text().contains(SECRET), answer.text());
      assertFalse(answer.text().contains(sealed), answer.text());
    }
    assertTrue(answers.get(3).status() >= 400, answers.get(3).text());
    assertFalse(log().contains(SECRET), "the server's log");
  }

  @Test
  @Tag("RES-07")
  @Tag("USR-01")
  void passwordsAndTokensOfUsersAreKeptAsHashesAndNeverLogged() throws IOException {
    String token = Http.anonymous().login("admin", Accounts.ADMIN_PASSWORD);
    String typo = "Tippfehler-" + Rows.id();
    assertEquals(
        401, Http.anonymous().post("/session", Map.of("user", "admin", "password", typo)).status());
    Http admin = Http.anonymous().with(token);
    String key =
        admin
            .post("/access-keys", Map.of("label", "secrets"))
            .expect(200)
            .json()
            .path("accessKey")
            .asText();
    String keys = admin.get("/access-keys").expect(200).text();
    String secretOfKey = key.split("\\.")[2];
    assertTrue(secretOfKey.length() >= 16, "the secret part of the key");
    assertFalse(keys.contains(secretOfKey), "shown once only");
    String log = log();
    assertTrue(log.contains("Login refused: user admin"), "the log that is looked through");
    for (String secret : List.of(token, typo, Accounts.ADMIN_PASSWORD, secretOfKey)) {
      assertFalse(log.contains(secret), "in the log: " + secret.substring(0, 4));
    }
    assertEquals("0", Rows.text("SELECT count(*) FROM access_token WHERE token_hash = ?", token));
    String hash = Rows.text("SELECT password_hash FROM account WHERE name = 'admin'");
    assertFalse(hash.contains(Accounts.ADMIN_PASSWORD));
  }

  private static String log() throws IOException {
    return Files.readString(Path.of(System.getProperty("jboss.server.log.dir"), "server.log"));
  }
}
