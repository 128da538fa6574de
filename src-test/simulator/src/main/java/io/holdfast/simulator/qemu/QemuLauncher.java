package io.holdfast.simulator.qemu;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuProcess.StartDisk;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts QEMUs in sessions of their own, so that no signal to the simulator reaches them, and takes
 * over running ones. The sockets of a QEMU are {@code base.qmp} and {@code base.nbd}.
 */
public final class QemuLauncher {
  private static final int START_TRIES = 4000;

  private QemuLauncher() {}

  /** Starts a QEMU; {@code onEnd} runs when it is gone. */
  public static QemuProcess start(Path base, String secret, List<StartDisk> disks, Runnable onEnd)
      throws IOException {
    Path socket = socket(base);
    endStray(socket);
    Files.deleteIfExists(socket);
    Files.deleteIfExists(nbd(base));
    Path log = Path.of(base + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command(socket, secret, disks)).redirectErrorStream(true);
    Process process =
        builder.redirectOutput(log.toFile()).redirectInput(new File("/dev/null")).start();
    for (int i = 0; i < START_TRIES; i++) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(log, StandardCharsets.UTF_8).strip());
      }
      if (Files.exists(socket)) {
        try {
          return attach(process.toHandle(), new Qmp(socket, onEnd), nbd(base));
        } catch (java.net.ConnectException e) {
          // Bound but not listening yet.
        }
      }
      NbdProcess.sleep(5);
    }
    process.destroyForcibly();
    throw new IOException("QEMU does not start");
  }

  private static List<String> command(Path socket, String secret, List<StartDisk> disks) {
    String machine =
        "setsid qemu-system-x86_64 -machine q35,accel=tcg -m 64 -nodefaults -display none -no-user-config -S";
    List<String> command = new ArrayList<>(List.of(machine.split(" ")));
    command.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
    command.addAll(
        List.of("-object", "secret,id=sec0,data=" + secret, "-device", "virtio-scsi-pci,id=scsi0"));
    for (StartDisk disk : disks) {
      for (ObjectNode node : disk.nodes()) {
        command.addAll(List.of("-blockdev", text(node)));
      }
      String top = disk.nodes().get(disk.nodes().size() - 1).get("node-name").asText();
      command.addAll(List.of("-device", text(QemuProcess.device(disk.device(), top))));
    }
    return command;
  }

  private static Path socket(Path base) {
    return Path.of(base + ".qmp");
  }

  private static Path nbd(Path base) {
    return Path.of(base + ".nbd");
  }

  private static String text(ObjectNode node) {
    return new String(Json.bytes(node), StandardCharsets.UTF_8);
  }

  private static QemuProcess attach(ProcessHandle handle, Qmp qmp, Path nbd) throws IOException {
    ObjectNode address = Json.object().put("type", "unix");
    address.set("data", Json.object().put("path", nbd.toString()));
    ObjectNode arguments = Json.object();
    arguments.set("addr", address);
    try {
      qmp.execute("nbd-server-start", arguments);
    } catch (QmpException e) {
      if (!e.getMessage().contains("already running")) {
        throw e;
      }
    }
    return new QemuProcess(handle, qmp, nbd);
  }

  /** Takes over a QEMU that an earlier simulator started, if it still runs and answers. */
  public static Optional<QemuProcess> adopt(Path base, long pid, Runnable onEnd) {
    Path socket = socket(base);
    Optional<ProcessHandle> handle = pid > 0 ? ProcessHandle.of(pid) : Optional.empty();
    try {
      if (handle.isEmpty()
          || !Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.UTF_8)
              .contains(socket.toString())) {
        return Optional.empty();
      }
      return Optional.of(attach(handle.get(), new Qmp(socket, onEnd), nbd(base)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Ends a QEMU that listens on this socket although nobody owns it. */
  public static void endStray(Path socket) {
    if (!Files.exists(socket)) {
      return;
    }
    try (Qmp stray = new Qmp(socket, () -> {})) {
      stray.execute("quit", null);
      for (int i = 0; i < START_TRIES && Files.exists(socket); i++) {
        NbdProcess.sleep(5);
      }
    } catch (IOException e) {
      // Nobody listens: the socket is a leftover.
    }
  }

  /** Ends all QEMUs whose sockets lie in this folder. */
  public static void endAll(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(f -> f.toString().endsWith(".qmp")).forEach(QemuLauncher::endStray);
      }
    }
  }
}
