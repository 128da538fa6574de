package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;

/** An answer other than 2xx. */
public final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient JsonNode body;

  ApiProblem(String request, int status, JsonNode body) {
    super(request + " answered " + status + ": " + body);
    this.status = status;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** The problem document; a missing node when there was none. */
  public JsonNode body() {
    return body;
  }

  /** The error's name ({@code title}). */
  public String error() {
    return body.path("title").asText();
  }
}
