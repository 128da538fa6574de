package io.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The folder of a run. Everything in it goes when it is closed, also after a failure; the folder
 * above is left as it was. Not thread-safe.
 */
public final class Workspace implements AutoCloseable {
  private final Path folder;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a folder of its own under {@code parent}.
   *
   * @param neededBytes that must be free there
   * @throws IllegalStateException when they are not
   */
  public static Workspace in(Path parent, long neededBytes) {
    try {
      Files.createDirectories(parent);
      long free = Files.getFileStore(parent).getUsableSpace();
      if (free < neededBytes) {
        throw new IllegalStateException(
            String.format(
                "%s has %d MiB free, the benchmark needs %d MiB; choose another folder or a smaller"
                    + " image",
                parent, free >> 20, neededBytes >> 20));
      }
      Workspace made = new Workspace(Files.createTempDirectory(parent, "holdfast-bench-"));
      Runtime.getRuntime().addShutdownHook(new Thread(made::close, "bench-cleaning"));
      return made;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A path in it; nothing is made. */
  public Path path(String name) {
    return folder.resolve(name);
  }

  /** A log file in it. */
  public Path log(String name) {
    return folder.resolve(name);
  }

  /** A folder in it, empty. */
  public Path fresh(String name) {
    Path made = folder.resolve(name);
    delete(made);
    try {
      return Files.createDirectories(made);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Deletes a file or a folder with all that is in it; one that is gone is success. */
  public static void delete(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure)
                throws IOException {
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Bytes of all files under a path. */
  public static long bytes(Path path) {
    try (var files = Files.walk(path)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public synchronized void close() {
    delete(folder);
  }
}
