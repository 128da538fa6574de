package io.holdfast.bench.peer;

import io.holdfast.bench.Shell;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code qemu-img convert} to a qcow2 file and back to a raw one, with its defaults (what it writes
 * is not made durable); the qcow2 file is uncompressed, which makes it a plain copy, or compressed
 * by zstd.
 */
public final class QemuImg implements Peer {
  private final Shell shell;
  private final boolean compressed;

  public QemuImg(Path folder, boolean compressed) {
    this.shell = new Shell(folder, Map.of());
    this.compressed = compressed;
  }

  @Override
  public String name() {
    return compressed ? "qemu-img-zstd" : "qemu-img";
  }

  @Override
  public boolean available() {
    return Shell.has("qemu-img");
  }

  @Override
  public void initialise(Path repository) {
    shell.run("mkdir", "-p", repository.toString());
  }

  @Override
  public Shell.Took backUp(Path repository, Path image, String archive) {
    String[] plain = {"qemu-img", "convert", "-f", "raw", "-O", "qcow2"};
    List<String> command = new ArrayList<>(List.of(plain));
    if (compressed) {
      command.addAll(List.of("-c", "-o", "compression_type=zstd"));
    }
    command.addAll(List.of(image.toString(), repository.resolve(archive).toString()));
    return shell.run(command.toArray(new String[0]));
  }

  @Override
  public Shell.Took restore(Path repository, Path image, String archive, Path into) {
    return shell.run(
        "qemu-img",
        "convert",
        "-f",
        "qcow2",
        "-O",
        "raw",
        repository.resolve(archive).toString(),
        into.resolve("restored.raw").toString());
  }

  @Override
  public Shell.Took verify(Path repository) {
    throw new UnsupportedOperationException("it checks structures, not data");
  }
}
