package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Errors of REST: problem documents (RFC 9457) in the reader's language. */
@ExtendWith(ArquillianExtension.class)
@Order(5)
class ProblemDocumentTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(ProblemDocumentTest.class);
  }

  @Test
  @Tag("API-01")
  @Tag("CON-04")
  void theSameErrorIsToldInEnglishAndChinese() {
    Map<String, String> wrong = Map.of("user", "nobody", "password", "wrong");
    Http.Answer english = Http.anonymous().post("/session", wrong);
    Http.Answer chinese = Http.anonymous().speaking("zh-CN,zh;q=0.9").post("/session", wrong);
    Http.Answer french = Http.anonymous().speaking("fr").post("/session", wrong);
    for (Http.Answer answer : List.of(english, chinese, french)) {
      assertEquals(401, answer.status());
      assertTrue(answer.contentType().startsWith("application/problem+json"), answer.toString());
      assertEquals("LOGIN_FAILED", answer.json().path("title").asText());
      assertEquals("urn:holdfast:error:LOGIN_FAILED", answer.json().path("type").asText());
      assertEquals(6001, answer.json().path("code").asInt());
      assertEquals(401, answer.json().path("status").asInt());
    }
    assertEquals("User name or password is wrong.", english.json().path("detail").asText());
    assertEquals("用户名或密码错误。", chinese.json().path("detail").asText());
    assertEquals(english.json(), french.json());
  }

  @Test
  @Tag("API-01")
  void whatCannotBeReadOrFoundIsAProblemDocumentToo() {
    Http operator = Accounts.with(Role.OPERATOR, Role.ADMINISTRATOR);
    assertProblem(operator.send("POST", "/jobs", "{\"name\": "), 400, "INVALID_VALUE");
    assertProblem(operator.send("POST", "/jobs", null), 422, "FIELD_MISSING");
    assertProblem(operator.post("/jobs", Map.of()), 422, "FIELD_MISSING");
    assertProblem(operator.post("/jobs", Map.of("nmae", "typo")), 400, "INVALID_VALUE");
    assertProblem(operator.get("/jobs/not-a-uuid"), 422, "INVALID_VALUE");
    assertProblem(operator.get("/jobs/00000000-0000-4000-8000-000000000001"), 404, "NOT_FOUND");
    assertProblem(operator.get("/nothing"), 404, "NOT_FOUND");
    assertProblem(operator.send("PUT", "/jobs", "{}"), 405, "INVALID_VALUE");
    assertProblem(operator.get("/runs?state=ODD"), 422, "INVALID_VALUE");
    assertProblem(
        operator.get("/restore-points/00000000-0000-4000-8000-000000000001"),
        404,
        "RESTORE_POINT_NOT_FOUND");
  }

  private static void assertProblem(Http.Answer answer, int status, String title) {
    assertEquals(status, answer.status(), answer.toString());
    assertTrue(answer.contentType().startsWith("application/problem+json"), answer.toString());
    JsonNode problem = answer.json();
    assertEquals(title, problem.path("title").asText(), answer.text());
    String detail = problem.path("detail").asText();
    assertFalse(detail.isBlank() || detail.contains("{"), "a whole sentence: " + answer.text());
    assertFalse(detail.contains("java."), answer.text());
  }
}
