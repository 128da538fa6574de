package io.holdfast.server.state;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder of system property {@code holdfast.state}, or {@code <server data folder>/holdfast}.
 * Files are private (0600, folders 0700) and replaced whole: after a crash the old or the new text
 * is there, never a part. Thread-safe for different files.
 */
@ApplicationScoped
public class StateFolder {
  private final Path root;

  /** The folder of this server. */
  public StateFolder() {
    this(configuredRoot());
  }

  /** A given folder; it is made when it is missing. */
  public StateFolder(Path root) {
    this.root = root.toAbsolutePath();
  }

  private static Path configuredRoot() {
    String chosen = System.getProperty("holdfast.state");
    if (chosen != null && !chosen.isBlank()) {
      return Path.of(chosen);
    }
    return Path.of(System.getProperty("jboss.server.data.dir", "."), "holdfast");
  }

  /** The absolute path of a file or folder in the state folder, whether it exists or not. */
  public Path path(String relative) {
    return root.resolve(relative);
  }

  /** The text of a private file, or nothing when there is none. UTF-8. */
  public Optional<String> read(String relative) {
    Path file = path(relative);
    try {
      return Files.exists(file)
          ? Optional.of(Files.readString(file, StandardCharsets.UTF_8))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Writes a private file durably, replacing what was there. UTF-8. */
  public void write(String relative, String text) {
    Path file = path(relative);
    try {
      createPrivateFolder(file.getParent());
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Deletes a file; nothing happens when there is none. */
  public void delete(String relative) {
    try {
      Files.deleteIfExists(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path(relative), e);
    }
  }

  private static void createPrivateFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }
}
