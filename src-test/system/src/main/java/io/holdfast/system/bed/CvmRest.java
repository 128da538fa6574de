package io.holdfast.system.bed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The platform's own REST as any other client reads it, logged in by a session: what a test says of
 * a VM is then what the platform says, not the product. Numbers are text there. One thread.
 */
public final class CvmRest {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client;
  private final String base;

  /**
   * @param base the CVM's address, without a path
   */
  CvmRest(String base) {
    this.base = base;
    this.client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    JsonNode answer =
        send(
            HttpRequest.newBuilder(
                    URI.create(
                        base
                            + "/cas/spring_check?encrypt=false&lang=cn&name="
                            + SimulatedCas.USER
                            + "&password="
                            + JsonHttp.encode(SimulatedCas.PASSWORD)))
                .POST(HttpRequest.BodyPublishers.noBody()));
    if (answer.path("loginFailErrorCode").asInt(-1) != 0) {
      throw new IllegalStateException("no login: " + answer);
    }
  }

  /** What a path below {@code /cas/casrs} answers. */
  public JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(base + "/cas/casrs" + path)).GET());
  }

  /** A VM in all its details, by its unique name. */
  public JsonNode vm(String name) {
    JsonNode basic = get("/vm/basicInfo/" + JsonHttp.encode(name));
    return get("/vm/detail/" + basic.path("id").asText());
  }

  /** A list that is the element itself where there is one only, and missing where there is none. */
  public static List<JsonNode> list(JsonNode of, String member) {
    List<JsonNode> result = new ArrayList<>();
    JsonNode found = of.path(member);
    if (found.isArray()) {
      found.forEach(result::add);
    } else if (!found.isMissingNode() && !found.isNull()) {
      result.add(found);
    }
    return result;
  }

  private JsonNode send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          client.send(
              request.header("Accept", "application/json").build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IllegalStateException(answer + " " + answer.headers().map());
      }
      return json.readTree(answer.body());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
