package io.holdfast.bench.agent;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.holdfast.agent.enrolment.CurrentIdentity;
import io.holdfast.agent.enrolment.Identity;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.bench.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A running {@link BenchAgent} and the mTLS channel to it. Not thread-safe. */
public final class AgentProcess implements AutoCloseable {
  static final String READY = "READY ";

  private final Process process;
  private final ManagedChannel channel;
  private final int port;

  private AgentProcess(Process process, ManagedChannel channel, int port) {
    this.process = process;
    this.channel = channel;
    this.port = port;
  }

  /**
   * Starts an agent; returns when it can be called.
   *
   * @param javaOptions memory settings: those of the launcher, so that the figures are the
   *     product's
   */
  public static AgentProcess start(Workspace workspace, Path vms, List<String> javaOptions) {
    return start(new BenchAuthority(), "agent", workspace, vms, javaOptions);
  }

  /**
   * As {@link #start(Workspace, Path, List)}, one of several agents of an authority.
   *
   * @param name common name of its certificate
   */
  static AgentProcess start(
      BenchAuthority authority,
      String name,
      Workspace workspace,
      Path vms,
      List<String> javaOptions) {
    StateFolder state = StateFolder.open(workspace.fresh(name));
    Identity agent = authority.identity(name, "agent");
    state.write("identity/agent.key", BenchAuthority.key(agent));
    state.write("identity/agent.crt", BenchAuthority.chain(agent.chain()));
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BenchAgent.class.getName(), state.path().toString(), vms.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    builder.redirectError(workspace.log(name + ".log").toFile());
    try {
      Process process = builder.start();
      int port = port(process, workspace.log(name + ".log"));
      ManagedChannel channel =
          Grpc.newChannelBuilder(
                  "127.0.0.1:" + port,
                  TlsChannelCredentials.newBuilder()
                      .keyManager(new CurrentIdentity(authority.identity("server", "server")))
                      .trustManager(authority.pem())
                      .build())
              .build();
      return new AgentProcess(process, channel, port);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int port(Process process, Path log) throws IOException {
    BufferedReader out =
        new BufferedReader(
            new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return Integer.parseInt(line.substring(READY.length()).trim());
      }
    }
    throw new IllegalStateException("the agent did not start: " + Files.readString(log));
  }

  /** To its services. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Of its control server. */
  int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  /** Processor seconds it has used. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().map(used -> used.toNanos() / 1e9).orElse(Double.NaN);
  }

  /** The most it ever had resident, MiB; -1 where the system does not tell. */
  public long peakResidentMib() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          String kib = line.replaceAll("[^0-9]", "");
          return Long.parseLong(kib) / 1024;
        }
      }
    } catch (IOException unreadable) {
      return -1;
    }
    return -1;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException gone) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "agent, pid %d", process.pid());
  }
}
