package io.holdfast.toolkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real {@code qemu-nbd} process that exports one image on a free loopback port. Closing it ends
 * the process and waits for it, so that the image is complete and unlocked afterwards.
 */
public final class QemuNbd implements AutoCloseable {
  private static final int SECONDS_TO_START = 20;

  private final Process process;
  private final Path log;
  private final int port;
  private final String export;

  private QemuNbd(Process process, Path log, int port, String export) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.export = export;
  }

  /**
   * Exports for reading.
   *
   * @param format "raw" or "qcow2"
   */
  public static QemuNbd readOnly(Path image, String format, String export) {
    return start(image, format, export, List.of("--read-only", "--shared=16"));
  }

  /** Exports for writing; discards and zero writes free space in the image. */
  public static QemuNbd writable(Path image, String format, String export) {
    return start(image, format, export, List.of("--shared=16", "--discard=unmap"));
  }

  private static QemuNbd start(Path image, String format, String export, List<String> options) {
    List<String> command = new ArrayList<>(List.of("qemu-nbd", "--persistent"));
    int port = freePort();
    command.addAll(options);
    command.addAll(
        List.of("-b", "127.0.0.1", "-p", String.valueOf(port), "-x", export, "-f", format));
    command.add(image.toString());
    try {
      Path log = Files.createTempFile("qemu-nbd", ".log");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      QemuNbd started = new QemuNbd(process, log, port, export);
      started.awaitPort();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A loopback port that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitPort() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_START);
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(address(), 1000);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          process.destroyForcibly();
          throw new IOException("qemu-nbd did not start: " + Files.readString(log), notYet);
        }
        pause();
      }
    }
  }

  private void pause() throws IOException {
    try {
      process.waitFor(10, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public int port() {
    return port;
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Name of the export. */
  public String export() {
    return export;
  }

  /** Kills the process at once, as a crash of the storage host would. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  @Override
  public void close() {
    process.destroy();
    awaitEnd();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(SECONDS_TO_START, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
