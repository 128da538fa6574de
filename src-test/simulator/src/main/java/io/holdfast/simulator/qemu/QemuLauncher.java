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
  /** The character device of a guest's agent. */
  public static final String AGENT = "ga";

  private static final int START_TRIES = 4000;

  private QemuLauncher() {}

  /** What is started: disks, and a real guest where there is one. */
  public record Machine(String secret, List<StartDisk> disks, Optional<Guest> guest) {}

  /**
   * A guest that really boots.
   *
   * @param kernel file of the kernel to boot, empty to boot from the disks; then {@code initrd} and
   *     {@code append} are empty too
   * @param firmware file of UEFI firmware, empty for BIOS
   * @param variables file of this guest's UEFI variables
   */
  public record Guest(
      int memoryMegabytes,
      int processors,
      String kernel,
      String initrd,
      String append,
      String firmware,
      String variables) {}

  /** Starts a QEMU; {@code onEnd} runs when it is gone. */
  public static QemuProcess start(Path base, Machine machine, Runnable onEnd) throws IOException {
    Path socket = socket(base);
    endStray(socket);
    Files.deleteIfExists(socket);
    Files.deleteIfExists(nbd(base));
    Path log = Path.of(base + ".log");
    ProcessBuilder builder = new ProcessBuilder(command(base, machine)).redirectErrorStream(true);
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
        } catch (IOException e) {
          throw new IOException(Files.readString(log, StandardCharsets.UTF_8).strip(), e);
        }
      }
      NbdProcess.sleep(5);
    }
    process.destroyForcibly();
    throw new IOException("QEMU does not start");
  }

  private static List<String> command(Path base, Machine machine) {
    List<String> command =
        new ArrayList<>(
            List.of("setsid", "qemu-system-x86_64", "-machine", "q35,accel=tcg", "-nodefaults"));
    command.addAll(List.of("-display", "none", "-no-user-config"));
    command.addAll(List.of("-qmp", "unix:" + socket(base) + ",server=on,wait=off"));
    command.addAll(List.of("-object", "secret,id=sec0,data=" + machine.secret()));
    command.addAll(List.of("-device", "virtio-scsi-pci,id=scsi0"));
    machine
        .guest()
        .ifPresentOrElse(
            guest -> guest(command, base, guest), () -> command.addAll(List.of("-m", "64", "-S")));
    // A kernel given from outside takes index 0.
    int index = 1;
    for (StartDisk disk : machine.disks()) {
      for (ObjectNode node : disk.nodes()) {
        command.addAll(List.of("-blockdev", text(node)));
      }
      String top = disk.nodes().get(disk.nodes().size() - 1).get("node-name").asText();
      ObjectNode device =
          machine.guest().isPresent()
              ? Json.object().put("driver", "virtio-blk-pci").put("drive", top)
              : QemuProcess.device(disk.device(), top);
      device.put("id", disk.device()).put("bootindex", index++);
      command.addAll(List.of("-device", text(device)));
    }
    return command;
  }

  private static void guest(List<String> command, Path base, Guest guest) {
    command.addAll(List.of("-cpu", "max", "-m", Integer.toString(guest.memoryMegabytes())));
    command.addAll(List.of("-smp", Integer.toString(guest.processors())));
    command.addAll(List.of("-serial", "file:" + console(base)));
    command.addAll(agentPort(agent(base)));
    if (!guest.kernel().isEmpty()) {
      command.addAll(List.of("-kernel", guest.kernel(), "-append", guest.append()));
    }
    if (!guest.initrd().isEmpty()) {
      command.addAll(List.of("-initrd", guest.initrd()));
    }
    if (!guest.firmware().isEmpty()) {
      String flash = "if=pflash,format=raw,";
      command.addAll(List.of("-drive", flash + "readonly=on,file=" + guest.firmware()));
      command.addAll(List.of("-drive", flash + "file=" + guest.variables()));
    }
  }

  /** The words for a port of a guest's agent whose other end is a socket. */
  public static List<String> agentPort(Path socket) {
    return List.of(
        "-device",
        "virtio-serial-pci",
        "-chardev",
        "socket,id=" + AGENT + ",server=on,wait=off,path=" + socket,
        "-device",
        "virtserialport,chardev=" + AGENT + ",name=org.qemu.guest_agent.0");
  }

  /** What a guest wrote to its serial port. */
  public static Path console(Path base) {
    return Path.of(base + ".serial");
  }

  /** The socket of a guest's agent. */
  public static Path agent(Path base) {
    return Path.of(base + ".qga");
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
