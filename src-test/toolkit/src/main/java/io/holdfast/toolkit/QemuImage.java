package io.holdfast.toolkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Images made and converted by the real {@code qemu-img}. */
public final class QemuImage {
  private QemuImage() {}

  /** Creates an empty image. */
  public static void create(Path image, String format, long sizeBytes) {
    run("qemu-img", "create", "-q", "-f", format, image.toString(), String.valueOf(sizeBytes));
  }

  /** Converts an image; zeros become holes. */
  public static void convert(Path from, String fromFormat, Path to, String toFormat) {
    run("qemu-img", "convert", "-f", fromFormat, "-O", toFormat, from.toString(), to.toString());
  }

  /** Bytes that the file takes on its file system; holes do not count. */
  public static long allocatedBytes(Path file) {
    return Long.parseLong(run("stat", "-c", "%b", file.toString()).strip()) * 512;
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(List.of(command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
