package io.holdfast.pool.medium;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Files of this host's file systems. */
public final class LocalFiles implements PoolFiles {
  private final MediumErrors errors;
  private Optional<DirectWriting> direct = Optional.empty();
  private boolean askedForDirect;

  /**
   * @param root what a full disk is named by: the pool's folder
   */
  public LocalFiles(Path root) {
    this.errors = new MediumErrors(root);
  }

  @Override
  public PoolFile create(Path file) {
    return open(
        file,
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE));
  }

  @Override
  public PoolFile createAppended(Path file) {
    PoolFile plain = create(file);
    Optional<DirectWriting> writing = directWriting(file);
    if (writing.isEmpty() || !(plain instanceof LocalFile local)) {
      return plain;
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
      return new DirectFile(file, channel, local, writing.get());
    } catch (IOException | UnsupportedOperationException refused) {
      return plain;
    }
  }

  /** Asked of the file system once. */
  private synchronized Optional<DirectWriting> directWriting(Path file) {
    if (!askedForDirect) {
      askedForDirect = true;
      try {
        direct = DirectWriting.on(Files.getFileStore(file), errors);
      } catch (IOException unknown) {
        direct = Optional.empty();
      }
    }
    return direct;
  }

  @Override
  public PoolFile openForWriting(Path file) {
    return open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  private PoolFile open(Path file, Set<? extends OpenOption> options) {
    try {
      return new LocalFile(file, FileChannel.open(file, options), errors);
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
  }

  @Override
  public PoolFile openForReading(Path file) {
    try {
      return new LocalFile(file, FileChannel.open(file, StandardOpenOption.READ), errors);
    } catch (IOException failed) {
      throw errors.reading(failed, file);
    }
  }

  @Override
  public PoolFile openForScan(Path file) {
    PoolFile plain = openForReading(file);
    Optional<DirectWriting> buffers = directWriting(file);
    if (buffers.isEmpty()) {
      return plain;
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
      return new ScannedFile(channel, plain, buffers.get());
    } catch (IOException | UnsupportedOperationException refused) {
      return plain;
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isFolder(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public long length(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException failed) {
      throw errors.reading(failed, file);
    }
  }

  @Override
  public List<String> list(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (IOException failed) {
      throw errors.reading(failed, folder);
    }
    Collections.sort(names);
    return names;
  }

  @Override
  public void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException failed) {
      throw errors.writing(failed, folder);
    }
  }

  @Override
  public void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException failed) {
      throw errors.writing(failed, folder);
    }
  }

  @Override
  public void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw errors.writing(failed, to);
    }
  }

  @Override
  public void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException failed) {
      throw errors.writing(failed, path);
    }
  }

  // Asked by path (statvfs), not by FileStore: that one looks the folder's file system up in the
  // table of mounts and fails where the root of the process is not in it, as in a chroot.

  @Override
  public long capacityBytes(Path folder) {
    return existing(folder).getTotalSpace();
  }

  @Override
  public long freeBytes(Path folder) {
    return existing(folder).getUsableSpace();
  }

  @Override
  public KeyTable openTable(Path folder) throws KeyTable.TableException {
    createFolder(folder);
    return RocksTable.open(folder);
  }

  /** {@link File} answers 0 for what is not there: a missing folder is not a full one. */
  private File existing(Path folder) {
    if (!Files.exists(folder)) {
      throw errors.reading(new NoSuchFileException(folder.toString()), folder);
    }
    return folder.toFile();
  }

  @Override
  public Optional<FileLease> tryLock(Path file) {
    return lock(file, false);
  }

  @Override
  public Optional<FileLease> tryShare(Path file) {
    return lock(file, true);
  }

  private Optional<FileLease> lock(Path file, boolean shared) {
    try {
      return ProcessLocks.tryLock(file, shared).map(held -> held::close);
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
  }
}
