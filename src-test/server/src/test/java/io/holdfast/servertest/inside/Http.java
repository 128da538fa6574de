package io.holdfast.servertest.inside;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.toolkit.TrustingTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * The server's HTTPS as a program outside sees it; redirects are not followed. Works inside the
 * server and in the JVM of the tests. Immutable, thread-safe.
 */
public final class Http {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .sslContext(TrustingTls.context())
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final String token;
  private final String language;

  private Http(String token, String language) {
    this.token = token;
    this.language = language;
  }

  /** Nobody, in English. */
  public static Http anonymous() {
    return new Http("", "en");
  }

  /** Whoever the token belongs to. */
  public Http with(String bearer) {
    return new Http(bearer, language);
  }

  /** The same caller in another language. */
  public Http speaking(String wanted) {
    return new Http(token, wanted);
  }

  /** Logs in; the token. */
  public String login(String user, String password) {
    Answer answer = post("/session", Map.of("user", user, "password", password));
    return answer.expect(200).json().path("token").asText();
  }

  /** What came back. */
  public record Answer(int status, String contentType, String location, String text) {
    /** The body as JSON; missing when it is none. */
    public JsonNode json() {
      try {
        return text.startsWith("{") || text.startsWith("[")
            ? JSON.readTree(text)
            : MissingNode.getInstance();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    /** Itself, when the status is in the hundred or exactly that. */
    public Answer expect(int wanted) {
      if (status != wanted && !(wanted == 200 && status == 204)) {
        throw new AssertionError("status " + status + " instead of " + wanted + ": " + text);
      }
      return this;
    }
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, Object body) {
    return send("POST", path, json(body));
  }

  public Answer put(String path, Object body) {
    return send("PUT", path, json(body));
  }

  /** A REST call below {@code /api/v1} with a body as it is; null: none. */
  public Answer send(String method, String path, String body) {
    return exchange(method, "/holdfast/api/v1" + path, body, "application/json");
  }

  /** A page, by its whole path. */
  public Answer page(String method, String path) {
    return exchange(method, path, "POST".equals(method) ? "x=1" : null, null);
  }

  private Answer exchange(String method, String path, String body, String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port() + path))
            .timeout(Duration.ofMinutes(1))
            .header("Accept-Language", language)
            .header("Content-Type", type == null ? "application/x-www-form-urlencoded" : type)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> response =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.headers().firstValue("Location").orElse(""),
          response.body());
    } catch (IOException failure) {
      throw new UncheckedIOException(method + " " + path, failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static int port() {
    String inside = System.getProperty("jboss.https.port");
    return Integer.parseInt(inside == null ? System.getProperty("bed.https") : inside);
  }

  private static String json(Object body) {
    try {
      return body == null ? null : JSON.writeValueAsString(body);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
