package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.toolkit.TrustingTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * JSON over HTTP against one base address. Trusts any certificate: it talks to loopback only.
 * Thread-safe but for the token and language, which are set once.
 */
public final class JsonHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final HttpClient client;
  private final String base;
  private String token = "";
  private String language = "en";

  public JsonHttp(String base) {
    this.base = base;
    this.client =
        HttpClient.newBuilder()
            .sslContext(TrustingTls.context())
            .connectTimeout(Duration.ofSeconds(10))
            .build();
  }

  /** A value for a query or a path. */
  public static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public JsonHttp withToken(String bearer) {
    this.token = bearer;
    return this;
  }

  /** {@code Accept-Language} of the following requests. */
  public JsonHttp speaking(String wanted) {
    this.language = wanted;
    return this;
  }

  public JsonNode get(String path) {
    return send("GET", path, null);
  }

  public JsonNode post(String path, Object body) {
    return send("POST", path, body);
  }

  public JsonNode put(String path, Object body) {
    return send("PUT", path, body);
  }

  public JsonNode delete(String path) {
    return send("DELETE", path, null);
  }

  /** The body of a GET as text, whatever its type; with the status. */
  public HttpResponse<String> raw(String path) {
    return exchange(request(path).GET().build());
  }

  /** As {@link #raw}, with a text body that need not be JSON. */
  public HttpResponse<String> rawPost(String path, String body) {
    return exchange(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private JsonNode send(String method, String path, Object body) {
    try {
      HttpRequest.BodyPublisher publisher =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
      HttpResponse<String> response =
          exchange(
              request(path)
                  .header("Content-Type", "application/json")
                  .method(method, publisher)
                  .build());
      JsonNode answer = read(response.body());
      if (response.statusCode() / 100 != 2) {
        throw new ApiProblem(method + " " + path, response.statusCode(), answer);
      }
      return answer;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(TIMEOUT)
            .header("Accept", "application/json")
            .header("Accept-Language", language);
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> exchange(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException failure) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static JsonNode read(String text) throws IOException {
    if (text == null || text.isBlank() || !(text.startsWith("{") || text.startsWith("["))) {
      return MissingNode.getInstance();
    }
    return JSON.readTree(text);
  }
}
