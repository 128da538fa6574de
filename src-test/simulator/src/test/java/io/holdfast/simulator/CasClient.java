package io.holdfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the CVM written against the protocol's document only. */
final class CasClient {
  private final SimulatorProcess simulator;
  private final String password;
  private final HttpClient http = HttpClient.newHttpClient();
  private String nonce = "";

  CasClient(SimulatorProcess simulator, String password) {
    this.simulator = simulator;
    this.password = password;
  }

  /** The raw answer, after at most one challenge. */
  HttpResponse<byte[]> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> response = once(method, path, body);
    if (response.statusCode() == 401) {
      String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
      Matcher matcher = Pattern.compile("nonce=\"([^\"]+)\"").matcher(challenge);
      if (matcher.find()) {
        nonce = matcher.group(1);
        response = once(method, path, body);
      }
    }
    return response;
  }

  HttpResponse<byte[]> once(String method, String path, String body)
      throws IOException, InterruptedException {
    String uri = "/cas/casrs" + path;
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.cvm() + uri));
    request.method(
        method,
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    request.header("Accept", "application/json").header("Content-Type", "application/json");
    if (!nonce.isEmpty()) {
      String realm = "VMC RESTful Web Services";
      String left = md5("admin:" + realm + ":" + password);
      String response = md5(left + ":" + nonce + ":00000001:abc:auth:" + md5(method + ":" + uri));
      request.header(
          "Authorization",
          "Digest username=\"admin\", realm=\""
              + realm
              + "\", nonce=\""
              + nonce
              + "\", uri=\""
              + uri
              + "\", qop=auth, nc=00000001, cnonce=\"abc\", response=\""
              + response
              + "\"");
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return call("GET", path, "");
  }

  JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(method, path, body);
    if (response.statusCode() >= 300) {
      throw new Refused(response);
    }
    return Json.parse(response.body());
  }

  /** Starts a task and waits for its end; the record is returned whether it succeeded or not. */
  JsonNode task(String method, String path, String body) throws IOException, InterruptedException {
    String id = call(method, path, body).get("msgId").asText();
    for (int i = 0; i < 3000; i++) {
      JsonNode task = get("/message/" + id);
      if (Json.flag(task, "completed")) {
        return task;
      }
      Thread.sleep(10);
    }
    throw new IOException("the task does not end");
  }

  /** A task that must succeed. */
  JsonNode done(String method, String path, String body) throws IOException, InterruptedException {
    JsonNode task = task(method, path, body);
    if (!task.get("result").asText().equals("0")) {
      throw new IOException(method + " " + path + ": " + task.get("failMsg").asText());
    }
    return task;
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An answer that is not good. */
  static final class Refused extends IOException {
    final int status;
    final int code;
    final String words;

    Refused(HttpResponse<byte[]> response) {
      super("HTTP " + response.statusCode() + " " + response.headers().map());
      status = response.statusCode();
      code = Integer.parseInt(response.headers().firstValue("Error-Code").orElse("0"));
      String raw = response.headers().firstValue("Error-Message").orElse("");
      words = new String(raw.getBytes(StandardCharsets.ISO_8859_1), Charset.forName("GBK"));
    }
  }
}
