package io.holdfast.bench.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Random;

/**
 * A tree of files as a server has them: up to two thirds are this machine's own ({@code /usr},
 * {@code /opt}: programs, libraries, documentation, archives), the rest is made: logs and text (two
 * thirds of the rest) and incompressible files as media and archives are. Own files are linked
 * where the file system allows it, else copied.
 */
final class SystemTree {
  private static final Path[] OWN = {Path.of("/usr"), Path.of("/opt")};
  private static final double OWN_SHARE = 2.0 / 3;
  private static final double TEXT_SHARE = 2.0 / 3;
  private static final int TEXT_FILE_BYTES = 4 << 20;
  private static final int MEDIA_FILE_BYTES = 8 << 20;
  private static final int BLOCK_BYTES = 4096;
  // The file system has an inode per 8 KiB; folders need some of them.
  private static final int BYTES_PER_FILE = 12 << 10;

  private final Path root;
  private final Random random;
  private final Prose prose;
  private long bytes;
  private long files;

  SystemTree(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
    this.prose = new Prose(seed);
  }

  /** Makes about {@code total} bytes of files. */
  void fill(long total) {
    try {
      Files.createDirectories(root);
      for (Path own : OWN) {
        takeOwn(own, (long) (total * OWN_SHARE));
      }
      long text = bytes + (long) ((total - bytes) * TEXT_SHARE);
      Path logs = Files.createDirectories(root.resolve("var/log"));
      for (int i = 0; bytes < text; i++) {
        int size = (int) Math.min(TEXT_FILE_BYTES, text - bytes);
        byte[] made = i % 2 == 0 ? prose.log(size) : prose.text(size);
        write(logs.resolve((i % 2 == 0 ? "service-" : "notes-") + i), made);
      }
      Path media = Files.createDirectories(root.resolve("srv/media"));
      for (int i = 0; bytes < total; i++) {
        byte[] made = new byte[(int) Math.min(MEDIA_FILE_BYTES, total - bytes)];
        random.nextBytes(made);
        write(media.resolve("media-" + i), made);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    bytes += content.length;
  }

  private void takeOwn(Path from, long limit) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return bytes >= limit ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            long size = (attributes.size() + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
            boolean fits = bytes + size <= limit && files < limit / BYTES_PER_FILE;
            if (attributes.isRegularFile() && attributes.size() > 0 && fits) {
              take(file);
              bytes += size;
              files++;
            }
            return bytes >= limit ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void take(Path file) throws IOException {
    Path target = root.resolve(file.toString().substring(1));
    Files.createDirectories(target.getParent());
    try {
      Files.createLink(target, file);
    } catch (IOException | UnsupportedOperationException otherFileSystem) {
      if (Files.isReadable(file)) {
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }
}
