package io.holdfast.simulator.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The simulator as a process of its own, and a client that signs, written apart from its checks.
 */
final class HikCloudClient implements AutoCloseable {
  static final String API = "/api/compute/v1";

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> command;
  private Process process;
  private JsonNode ports;

  HikCloudClient(Path state, Path cephConf) throws IOException {
    command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                HikCloudMain.class.getName()));
    command.addAll(List.of("--state", state.toString(), "--ceph-conf", cephConf.toString()));
    command.addAll(List.of("--port", "0", "--lab-port", "0"));
    start();
  }

  void start() throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("READY ")) {
      throw new IOException("the simulator said " + line);
    }
    ports = Json.parse(line.substring("READY ".length()));
  }

  /** Kills it at once. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** How a request is signed; tests make wrong ones. */
  record Signing(String key, String secret, String nonce, long timestamp) {
    static Signing good() {
      return new Signing(
          "AKLAB", "SKLAB", UUID.randomUUID().toString(), System.currentTimeMillis());
    }
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a signed request; the path's query is sorted already. */
  HttpResponse<String> send(String method, String path, JsonNode body, Signing signing)
      throws IOException, InterruptedException {
    String text =
        method
            + "\napplication/json\napplication/json\nx-ca-key:"
            + signing.key()
            + "\nx-ca-nonce:"
            + signing.nonce()
            + "\nx-ca-timestamp:"
            + signing.timestamp()
            + "\n"
            + API
            + path;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + ports.get("port").asInt() + API + path))
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(Json.bytes(body)))
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("X-Ca-Key", signing.key())
            .header("X-Ca-Nonce", signing.nonce())
            .header("X-Ca-Timestamp", String.valueOf(signing.timestamp()))
            .header("X-Ca-Signature-Headers", "x-ca-key,x-ca-nonce,x-ca-timestamp")
            .header("X-Ca-Signature", hmac(signing.secret(), text));
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** The data of a call that succeeds. */
  JsonNode call(String method, String path, JsonNode body) throws Exception {
    HttpResponse<String> answer = send(method, path, body, Signing.good());
    JsonNode envelope = Json.parse(answer.body());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return envelope.get("data");
  }

  /** The code of a call that is refused. */
  String refusal(String method, String path, JsonNode body) throws Exception {
    return Json.parse(send(method, path, body, Signing.good()).body()).get("code").asText();
  }

  /** Begins a task and waits for its end. */
  JsonNode task(String method, String path, JsonNode body) throws Exception {
    String id = call(method, path, body).get("taskId").asText();
    for (int i = 0; i < 600; i++) {
      JsonNode task = call("GET", "/tasks/" + id, null);
      if (List.of("success", "failed").contains(task.get("status").asText())) {
        return task;
      }
      Thread.sleep(50);
    }
    throw new IOException("the task does not end");
  }

  /** A call of the lab. */
  JsonNode lab(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + ports.get("labPort").asInt() + path))
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return Json.parse(answer.body()).get("data");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
