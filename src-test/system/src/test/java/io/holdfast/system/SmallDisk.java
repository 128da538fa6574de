package io.holdfast.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A small tmpfs that a test can fill to the last byte and free again. Only root can mount it. */
final class SmallDisk implements AutoCloseable {
  private final Path folder;
  private final boolean mounted;

  SmallDisk(Path folder, int sizeMib) throws IOException, InterruptedException {
    this.folder = folder;
    Files.createDirectories(folder);
    this.mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + sizeMib + "m", "tmpfs", folder.toString()) == 0;
  }

  boolean isMounted() {
    return mounted;
  }

  /** Leaves not one byte free; called again, takes what has become free since. */
  void fill() throws IOException {
    for (int block : new int[] {1 << 20, 4096, 1}) {
      try (OutputStream filler =
          Files.newOutputStream(
              folder.resolve("filler-" + block),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND)) {
        byte[] bytes = new byte[block];
        while (true) {
          filler.write(bytes);
        }
      } catch (IOException full) {
        // What this is for.
      }
    }
  }

  /** Gives back what {@link #fill} took. */
  void free() throws IOException {
    for (int block : new int[] {1 << 20, 4096, 1}) {
      Files.deleteIfExists(folder.resolve("filler-" + block));
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      try {
        run("umount", "-l", folder.toString());
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }
}
