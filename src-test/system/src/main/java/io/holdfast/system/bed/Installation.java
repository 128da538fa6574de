package io.holdfast.system.bed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One state folder and the launcher's commands on it. The launcher is asked not to build: what is
 * tested was built by the run that starts the test.
 */
public final class Installation {
  private static final long COMMAND_MINUTES = 5;

  private final Path root;
  private final Path state;
  private final Map<String, String> environment;

  /**
   * @param root the checkout
   * @param state the state folder; need not exist
   * @param environment added for the launcher's processes
   */
  public Installation(Path root, Path state, Map<String, String> environment) {
    this.root = root;
    this.state = state;
    this.environment = environment;
  }

  public Path state() {
    return state;
  }

  /** What a launcher command did. */
  public record Outcome(int exitCode, String output) {
    /** Itself when the command succeeded. */
    public Outcome orFail() {
      if (exitCode != 0) {
        throw new IllegalStateException("exit code " + exitCode + ": " + output);
      }
      return this;
    }
  }

  /** Runs {@code holdfast --state … command}; its processes go on. */
  public Outcome holdfast(String... command) {
    List<String> line =
        new ArrayList<>(
            List.of(root.resolve("ear/bin/holdfast").toString(), "--state", state.toString()));
    line.addAll(Arrays.asList(command));
    try {
      Path output = Files.createTempFile("holdfast", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("HOLDFAST_NO_BUILD", "1");
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(line + " did not end: " + Files.readString(output));
      }
      String said = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      return new Outcome(process.exitValue(), said);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** Kills a process of this installation with no chance to tidy up. */
  public void kill(String role) {
    ProcessHandle process = ProcessHandle.of(pid(role)).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  /** The process id of a role: server, agent or simulator. */
  public long pid(String role) {
    return Long.parseLong(read("run/" + role + ".pid"));
  }

  /** A file of the state folder, without surrounding white space. */
  public String read(String file) {
    try {
      return Files.readString(state.resolve(file), StandardCharsets.UTF_8).strip();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  public int port(String name) {
    return Integer.parseInt(read("run/" + name + ".port"));
  }

  /** The REST API without a token. */
  public JsonHttp api() {
    return new JsonHttp("https://localhost:" + port("https") + "/holdfast/api/v1");
  }

  public String console() {
    return "https://localhost:" + port("https") + "/holdfast/console/";
  }

  /** The simulator that the launcher started in this state folder. */
  public SimulatedCas simulator() {
    return new SimulatedCas(state.resolve("simulator"));
  }

  /**
   * Logs in as the first administrator and gives it a password of its own; the token is used from
   * then on.
   */
  public JsonHttp firstLogin(String newPassword) {
    String initial = read("initial-admin-password");
    JsonHttp limited = login("admin", initial);
    limited.post("/session/password", Map.of("present", initial, "fresh", newPassword));
    return login("admin", newPassword);
  }

  /** A client with a fresh token. */
  public JsonHttp login(String user, String password) {
    String token =
        api().post("/session", Map.of("user", user, "password", password)).path("token").asText();
    return api().withToken(token);
  }
}
