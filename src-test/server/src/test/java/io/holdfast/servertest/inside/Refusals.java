package io.holdfast.servertest.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

/** What a refused value looks like to a script: the status, the error, and which field it was. */
public final class Refusals {
  private static final int UNPROCESSABLE = 422;

  private Refusals() {}

  /** A value that no range describes; the answer says what was expected instead. */
  public static void assertInvalid(Http.Answer answer, String field) {
    assertEquals(UNPROCESSABLE, answer.status(), answer.text());
    assertEquals("INVALID_VALUE", answer.json().path("title").asText(), answer.text());
    assertEquals(field, answer.json().path("parameters").path("field").asText(), answer.text());
    assertTrue(
        answer.json().path("parameters").path("expected").asText().length() > 2, answer.text());
  }

  /** A number outside its range; the answer repeats it and tells both ends. */
  public static void assertOutOfRange(
      Http.Answer answer, String field, int value, int min, int max) {
    assertEquals(UNPROCESSABLE, answer.status(), field + ": " + answer.text());
    JsonNode problem = answer.json();
    assertEquals("VALUE_OUT_OF_RANGE", problem.path("title").asText(), answer.text());
    assertEquals(field, problem.path("parameters").path("field").asText());
    assertEquals(Integer.toString(value), problem.path("parameters").path("value").asText());
    assertEquals(Integer.toString(min), problem.path("parameters").path("min").asText());
    assertEquals(Integer.toString(max), problem.path("parameters").path("max").asText());
  }
}
