package io.holdfast.system;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A second agent of an installation: a process of its own with a state folder, key and port of its
 * own. It runs until the tests' process ends, for pools that are made on it stay in the
 * installation.
 */
final class StorageAgent {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Bed bed;
  private final List<String> options;
  private final Path state;
  private final int port;
  private final String id;
  private Process process;

  private StorageAgent(Bed bed, List<String> options) {
    this.bed = bed;
    this.options = options;
    this.state = bed.installation().state().resolve(Bed.name("storage-agent"));
    this.port = freePort();
    Set<String> before = ids();
    String key =
        bed.api()
            .post("/access-keys", Map.of("label", Bed.name("storage")))
            .path("accessKey")
            .asText();
    run(key);
    this.id =
        Waiting.until("another agent", START_LIMIT, this::ids, now -> now.size() > before.size())
            .stream()
            .filter(one -> !before.contains(one))
            .findFirst()
            .orElseThrow();
    awaitOnline();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  /**
   * Starts and enrols one.
   *
   * @param options of its JVM
   */
  static StorageAgent start(Bed bed, String... options) {
    return new StorageAgent(bed, List.of(options));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Set<String> ids() {
    return agents().stream().map(one -> one.path("id").asText()).collect(Collectors.toSet());
  }

  private List<JsonNode> agents() {
    return StreamSupport.stream(bed.api().get("/agents").spliterator(), false).toList();
  }

  private void run(String accessKey) {
    String jar = "agent/daemon/target/holdfast-agent-standalone.jar";
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx96m", "-XX:MaxDirectMemorySize=128m"));
    command.addAll(options);
    command.addAll(List.of("-jar", Bed.ROOT.resolve(jar).toString(), "run"));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of("--server", "127.0.0.1:" + bed.installation().port("agents")));
    command.addAll(List.of("--control-port", Integer.toString(port)));
    command.addAll(List.of("--control-address", "127.0.0.1"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOLDFAST_ACCESS_KEY", accessKey);
    try {
      Files.createDirectories(state);
      builder.redirectErrorStream(true).redirectOutput(state.resolve("out.txt").toFile());
      process = builder.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void awaitOnline() {
    Waiting.until(
        "the storage agent online",
        START_LIMIT,
        this::agents,
        all ->
            all.stream()
                .anyMatch(
                    one ->
                        id.equals(one.path("id").asText())
                            && "ONLINE".equals(one.path("state").asText())));
  }

  String id() {
    return id;
  }

  int port() {
    return port;
  }

  /** Where a pool of it can be made. */
  Path folder(String name) {
    return state.resolve(name);
  }

  /** Kills it with no chance to tidy up. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts it again; it is enrolled. */
  void startAgain() {
    run("");
    awaitOnline();
  }
}
