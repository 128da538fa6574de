package io.holdfast.bench.image;

import io.holdfast.bench.Shell;
import io.holdfast.bench.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Makes the disk images of a run. The same seed on the same machine gives the same contents. */
public final class DiskImages {
  private static final double DATA_SHARE = 0.75;
  private static final int STEP_BYTES = 1 << 20;
  private static final int CHANGE_UNIT_BYTES = 64 << 10;
  private static final int LARGEST_CHANGE_UNITS = 32;

  private final Workspace workspace;
  private final long seed;

  public DiskImages(Workspace workspace, long seed) {
    this.workspace = workspace;
    this.seed = seed;
  }

  /** An ext4 file system, three quarters full of a server's files. */
  public void fileSystem(Path image, long sizeBytes) {
    Path tree = workspace.fresh("tree");
    new SystemTree(tree, seed).fill((long) (sizeBytes * DATA_SHARE));
    sparse(image, sizeBytes);
    new Shell(workspace.path("."), Map.of())
        .run(
            "mke2fs",
            "-q",
            "-F",
            "-t",
            "ext4",
            "-m",
            "0",
            "-i",
            "8192",
            "-E",
            "hash_seed=6b7d1f0a-2c1d-4b5e-9f3a-5d2e8c7b1a90",
            "-U",
            "8c7b1a90-2c1d-4b5e-9f3a-6b7d1f0a5d2e",
            "-d",
            tree.toString(),
            image.toString());
    Workspace.delete(tree);
  }

  /** Bytes that nothing can make smaller. */
  public void incompressible(Path image, long sizeBytes) {
    Random random = new Random(seed ^ 0x5DEECE66DL);
    byte[] block = new byte[STEP_BYTES];
    try (FileChannel channel = open(image)) {
      for (long at = 0; at < sizeBytes; at += STEP_BYTES) {
        random.nextBytes(block);
        write(channel, at, ByteBuffer.wrap(block, 0, (int) Math.min(STEP_BYTES, sizeBytes - at)));
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A disk without any data. */
  public void sparse(Path image, long sizeBytes) {
    try (FileChannel channel = open(image)) {
      write(channel, sizeBytes - 1, ByteBuffer.allocate(1));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The first bytes of an image as an image of its own. */
  public void head(Path from, Path to, long bytes) {
    new Shell(workspace.path("."), Map.of())
        .run("bash", "-c", "head -c \"$3\" \"$1\" >\"$2\"", "bash", from + "", to + "", bytes + "");
  }

  /** A copy that stays sparse. */
  public void copy(Path from, Path to) {
    new Shell(workspace.path("."), Map.of())
        .run("cp", "--sparse=always", from.toString(), to.toString());
  }

  /**
   * Overwrites {@code changedBytes} in runs of 64 KiB to 2 MiB all over an image.
   *
   * @return the changed runs in disk order, without overlap: offset and length
   */
  public List<long[]> change(Path image, long changedBytes) {
    Random random = new Random(seed + 1);
    TreeMap<Long, Long> runs = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      long units = channel.size() / CHANGE_UNIT_BYTES;
      for (long changed = 0; changed < changedBytes; ) {
        long rest = Math.max(1, (changedBytes - changed) / CHANGE_UNIT_BYTES);
        int length = (int) Math.min(rest, 1 + random.nextInt(LARGEST_CHANGE_UNITS));
        long from = Math.floorMod(random.nextLong(), Math.max(1, units - length));
        Map.Entry<Long, Long> before = runs.floorEntry(from + length);
        if (before == null || before.getKey() + before.getValue() < from) {
          runs.put(from, (long) length);
          byte[] bytes = new byte[length * CHANGE_UNIT_BYTES];
          random.nextBytes(bytes);
          write(channel, from * CHANGE_UNIT_BYTES, ByteBuffer.wrap(bytes));
          changed += bytes.length;
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    List<long[]> result = new ArrayList<>();
    runs.forEach(
        (from, length) ->
            result.add(new long[] {from * CHANGE_UNIT_BYTES, length * CHANGE_UNIT_BYTES}));
    return result;
  }

  /** Tells the platform what changed on a disk since its last mark, or what is allocated. */
  public static void list(Path image, String kind, List<long[]> ranges) {
    try {
      Files.write(
          image.resolveSibling(image.getFileName() + "." + kind),
          ranges.stream().map(range -> range[0] + " " + range[1]).toList());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static FileChannel open(Path image) throws IOException {
    return FileChannel.open(
        image,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  private static void write(FileChannel channel, long offset, ByteBuffer bytes) throws IOException {
    for (long at = offset; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }
}
