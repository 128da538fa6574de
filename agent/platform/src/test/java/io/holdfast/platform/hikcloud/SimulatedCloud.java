package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.simulator.hikcloud.HikCloudMain;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.toolkit.CephBed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The simulated platform as a process of its own over the test cluster, with other templates. */
final class SimulatedCloud implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final CephBed ceph;
  private final Process process;
  private final JsonNode ports;

  SimulatedCloud(Path state, CephBed ceph) throws IOException {
    this.ceph = ceph;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                HikCloudMain.class.getName()));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of("--ceph-conf", ceph.configuration().toString()));
    command.addAll(List.of("--port", "0", "--lab-port", "0"));
    command.addAll(List.of("--volume-template", "volume-{volume_id}"));
    command.addAll(List.of("--snapshot-template", "snapshot-{snapshot_id}"));
    command.addAll(List.of("--keep-empty-lines", "true"));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null || !line.startsWith("READY ")) {
      throw new IOException("the simulator said " + line);
    }
    ports = JSON.readTree(line.substring("READY ".length()));
  }

  /** A connection as a backup host has one, reading the cluster as this client. */
  PlatformConnection connect(String clientId, String keyring) {
    CephStorageAccess storage =
        CephStorageAccess.newBuilder()
            .setPool(CephBed.POOL)
            .setClientId(clientId)
            .setKeyring(keyring)
            .setConfiguration(ceph.configuration().toString())
            .setVolumeTemplate("volume-{volume_id}")
            .setSnapshotTemplate("snapshot-{snapshot_id}")
            .build();
    return new HikCloudDriver(Clock.systemUTC(), new RbdStorage())
        .connect(
            PlatformAccess.newBuilder()
                .setKind(HikCloudDriver.KIND)
                .setAddress("127.0.0.1")
                .setPort(ports.get("port").asInt())
                .setUser("AKLAB")
                .setPassword("SKLAB")
                .addCephStorages(storage)
                .build());
  }

  /** A call of the lab. */
  JsonNode lab(String method, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + ports.get("labPort").asInt() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body()).get("data");
  }

  /** A guest's write in qemu-io's words. */
  void writes(String vm, int disk, String command) throws IOException, InterruptedException {
    String order = JSON.createObjectNode().put("disk", disk).put("command", command).toString();
    lab("POST", "/instances/" + vm + "/io", order);
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
