package io.holdfast.agent.enrolment;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The folder an agent keeps between starts: {@code agent.properties} (id, server), {@code identity}
 * (key and certificates), {@code restore} (what unfinished restores made), {@code log}. Every file
 * is replaced whole: a crash leaves the old one or the new one. Only its owner can read it.
 */
public final class StateFolder {
  private static final String AGENT_ID = "agent.id";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path folder;

  private StateFolder(Path folder) {
    this.folder = folder;
  }

  /** Opens the folder and makes it if it is missing. */
  public static StateFolder open(Path folder) {
    Path absolute = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(absolute);
      Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
    } catch (UnsupportedOperationException notPosix) {
      return new StateFolder(absolute);
    } catch (IOException failed) {
      throw ioFailure(absolute, failed);
    }
    return new StateFolder(absolute);
  }

  public Path path() {
    return folder;
  }

  /** A folder inside, made if it is missing. */
  public Path subfolder(String name) {
    Path result = folder.resolve(name);
    try {
      return Files.createDirectories(result);
    } catch (IOException failed) {
      throw ioFailure(result, failed);
    }
  }

  /** The agent's id, made at the first call and never changed. */
  public synchronized UUID agentId() {
    Properties settings = settings();
    String id = settings.getProperty(AGENT_ID);
    if (id == null) {
      id = UUID.randomUUID().toString();
      set(AGENT_ID, id);
    }
    return UUID.fromString(id);
  }

  /** A value of {@code agent.properties}. */
  public synchronized Optional<String> get(String name) {
    return Optional.ofNullable(settings().getProperty(name));
  }

  /** Sets a value of {@code agent.properties}; durable when this returns. */
  public synchronized void set(String name, String value) {
    Properties settings = settings();
    settings.setProperty(name, value);
    StringWriter text = new StringWriter();
    try {
      settings.store(text, null);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    write("agent.properties", text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Properties settings() {
    Properties settings = new Properties();
    read("agent.properties")
        .ifPresent(
            bytes -> {
              try {
                settings.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
              } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
              }
            });
    return settings;
  }

  /** Names of the files in a subfolder, in no order; none when there is no such subfolder. */
  public List<String> list(String subfolder) {
    Path inner = folder.resolve(subfolder);
    if (!Files.isDirectory(inner)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(inner)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException failed) {
      throw ioFailure(inner, failed);
    }
  }

  /** A file's bytes, if it is there. */
  public Optional<byte[]> read(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException failed) {
      throw ioFailure(file, failed);
    }
  }

  /** Replaces a file: written beside it, synced, renamed, folder synced. Readable by its owner. */
  public void write(String name, byte[] bytes) {
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Path beside = file.resolveSibling(file.getFileName() + ".new");
      Files.deleteIfExists(beside);
      createOwnerOnly(beside);
      try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(file.getParent());
    } catch (IOException failed) {
      throw ioFailure(file, failed);
    }
  }

  /** Deletes a file; one that is gone is success. */
  public void delete(String name) {
    Path file = folder.resolve(name);
    try {
      if (Files.deleteIfExists(file)) {
        sync(file.getParent());
      }
    } catch (IOException failed) {
      throw ioFailure(file, failed);
    }
  }

  /**
   * Takes the folder for one running agent; empty when another process has it. Held until the lock
   * is closed or the process ends.
   */
  public Optional<FileLock> tryLock() {
    Path file = folder.resolve("agent.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
      }
      return Optional.ofNullable(lock);
    } catch (OverlappingFileLockException heldHere) {
      return Optional.empty();
    } catch (IOException failed) {
      throw ioFailure(file, failed);
    }
  }

  private static void createOwnerOnly(Path file) throws IOException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (UnsupportedOperationException notPosix) {
      Files.createFile(file);
    } catch (FileAlreadyExistsException race) {
      throw new IOException("two writers of " + file.getFileName(), race);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static BackupException ioFailure(Path file, IOException failed) {
    return BackupException.causedBy(
        failed, ErrorCode.IO_FAILURE, "file", file, "cause", failed.getMessage());
  }
}
