package io.holdfast.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The simulator as a process of its own, on free ports and on loopback addresses of its own. */
final class SimulatorProcess implements AutoCloseable {
  private final Path state;
  private final List<String> options;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private JsonNode endpoints;

  SimulatorProcess(Path state, String... options) throws IOException {
    this.state = state;
    int net = ThreadLocalRandom.current().nextInt(20, 250);
    int host = ThreadLocalRandom.current().nextInt(2, 250);
    this.options =
        new ArrayList<>(List.of("--port", "0", "--lab-port", "0", "--shutdown-ms", "50"));
    this.options.addAll(
        List.of(
            "--cvk-addresses", "127." + net + "." + host + ".1,127." + net + "." + host + ".2"));
    this.options.addAll(List.of(options));
    start();
  }

  private List<String> command(List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            SimulatorMain.class.getName(),
            "--state",
            state.toString()));
    command.addAll(arguments);
    return command;
  }

  void start() throws IOException {
    process =
        new ProcessBuilder(command(options)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("READY ")) {
      throw new IOException("the simulator says " + line);
    }
    endpoints = Json.parse(line.substring(6));
  }

  /** As a machine that loses power, but its QEMUs live on. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String cvm() {
    return endpoints.get("cvm").asText();
  }

  String hostAddress() {
    return endpoints.get("hosts").get(0).get("ip").asText();
  }

  /** A call on the lab port. */
  JsonNode lab(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(java.net.URI.create(endpoints.get("lab").asText() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() >= 300) {
      throw new IOException(
          method
              + " "
              + path
              + ": "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return Json.parse(response.body());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    Process stop = new ProcessBuilder(command(List.of("--stop"))).inheritIO().start();
    if (!stop.waitFor(60, TimeUnit.SECONDS) || stop.exitValue() != 0) {
      throw new IOException("the simulator does not stop");
    }
    process.waitFor(10, TimeUnit.SECONDS);
  }
}
