package io.holdfast.simulator.qemu;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code qemu-nbd} process that serves one image on a unix socket until closed. */
public final class NbdProcess implements Closeable {
  private static final int START_TRIES = 1000;

  private final Process process;
  private final Path socket;
  private final String export;

  /**
   * Starts and waits until it accepts connections.
   *
   * @param image a QEMU block device description
   * @param internalSnapshot name of the internal snapshot to serve, or null
   * @param writable allows writes, trims and write-zeroes
   */
  public NbdProcess(
      Path socket, String export, ObjectNode image, String internalSnapshot, boolean writable)
      throws IOException {
    this.socket = socket;
    this.export = export;
    Files.deleteIfExists(socket);
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid", "qemu-nbd", "-t", "--shared=0", "-k", socket.toString(), "-x", export));
    command.addAll(List.of("--cache=unsafe", "--aio=threads", "--discard=unmap"));
    if (!writable) {
      command.add("-r");
    }
    if (internalSnapshot != null) {
      command.addAll(List.of("-l", internalSnapshot));
    }
    command.add("json:" + new String(Json.bytes(image), StandardCharsets.UTF_8));
    Path log = socket.resolveSibling(socket.getFileName() + ".log");
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    awaitStart(log);
    Files.deleteIfExists(log);
  }

  private void awaitStart(Path log) throws IOException {
    for (int i = 0; i < START_TRIES; i++) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(log, StandardCharsets.UTF_8).strip());
      }
      if (Files.exists(socket)) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
          probe.connect(UnixDomainSocketAddress.of(socket));
          return;
        } catch (IOException e) {
          // Bound but not listening yet.
        }
      }
      sleep(5);
    }
    process.destroyForcibly();
    throw new IOException("qemu-nbd does not start");
  }

  /** Its unix socket. */
  public Path socket() {
    return socket;
  }

  /** Its export name. */
  public String export() {
    return export;
  }

  /** Ends the process; what was written is in the file before it returns. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.deleteIfExists(socket);
  }

  /** Sleeps; an IOException when interrupted. */
  public static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
