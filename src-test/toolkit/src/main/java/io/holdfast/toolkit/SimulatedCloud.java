package io.holdfast.toolkit;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.PlatformAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The simulated Edge Cloud as a process of its own over a test cluster, with templates other than
 * the usual ones. Who uses it has the simulator on the class path.
 */
public final class SimulatedCloud implements AutoCloseable {
  private static final String MAIN = "io.holdfast.simulator.hikcloud.HikCloudMain";
  private static final Pattern PORTS = Pattern.compile("\"port\":(\\d+),\"labPort\":(\\d+)");
  private static final Pattern ID = Pattern.compile("\"data\":\\{\"id\":\"([^\"]+)\"");

  private final HttpClient http = HttpClient.newHttpClient();
  private final CephBed ceph;
  private final Process process;
  private final int port;
  private final int labPort;

  /**
   * @param state folder of the simulator
   */
  public SimulatedCloud(Path state, CephBed ceph) throws IOException {
    this.ceph = ceph;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                MAIN));
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
    Matcher ports = PORTS.matcher(line == null ? "" : line);
    if (!ports.find()) {
      throw new IOException("the simulator said " + line);
    }
    port = Integer.parseInt(ports.group(1));
    labPort = Integer.parseInt(ports.group(2));
  }

  /**
   * How a backup host reaches it.
   *
   * @param clientId Ceph client
   * @param keyring its keyring; empty: the configuration's
   */
  public PlatformAccess access(String clientId, String keyring) {
    return PlatformAccess.newBuilder()
        .setPlatformId("edge-cloud")
        .setKind("hikcloud")
        .setAddress("127.0.0.1")
        .setPort(port)
        .setUser("AKLAB")
        .setPassword("SKLAB")
        .addCephStorages(
            CephStorageAccess.newBuilder()
                .setPool(CephBed.POOL)
                .setClientId(clientId)
                .setKeyring(keyring)
                .setConfiguration(ceph.configuration().toString())
                .setVolumeTemplate("volume-{volume_id}")
                .setSnapshotTemplate("snapshot-{snapshot_id}"))
        .build();
  }

  /** Makes an instance that is off, from the lab's words for it; returns its id. */
  public String instance(String order) {
    String made = lab("POST", "/instances", order);
    Matcher id = ID.matcher(made);
    if (!id.find()) {
      throw new IllegalStateException(made);
    }
    return id.group(1);
  }

  /** Brings an instance into a state. */
  public void status(String vm, String status) {
    lab("POST", "/instances/" + vm + "/status", "{\"status\":\"" + status + "\"}");
  }

  /** A guest's write in qemu-io's words. */
  public void writes(String vm, int disk, String command) {
    String order = "{\"disk\":" + disk + ",\"command\":\"" + command + "\"}";
    lab("POST", "/instances/" + vm + "/io", order);
  }

  /** Orders a fault for the next call of the API that matches. */
  public void fault(String match, String action, long millis) {
    String order = "{\"match\":\"%s\",\"action\":\"%s\",\"ms\":%d}";
    lab("POST", "/faults", String.format(order, match, action, millis));
  }

  /** A call of the lab; its reply. */
  public String lab(String method, String path, String body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + labPort + path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
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
