package io.holdfast.toolkit;

import io.holdfast.model.ByteRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The contents of a test disk: seeded bytes in some ranges, zeros elsewhere. Immutable; a disk of
 * any size costs no memory.
 *
 * @param sizeBytes size of the disk; need not be a multiple of anything
 * @param dataRanges where it holds seeded bytes; in order, not overlapping
 */
public record DiskPattern(long sizeBytes, List<ByteRange> dataRanges, Seed seed) {
  private static final int STEP_BYTES = 1 << 20;

  public DiskPattern {
    List<ByteRange> sorted = new ArrayList<>(dataRanges);
    sorted.sort(Comparator.naturalOrder());
    dataRanges = List.copyOf(sorted);
  }

  /** A disk that is data from its first to its last byte. */
  public static DiskPattern full(long sizeBytes, Seed seed) {
    return new DiskPattern(
        sizeBytes, sizeBytes == 0 ? List.of() : List.of(new ByteRange(0, sizeBytes)), seed);
  }

  /** A disk with data at its start, at its very end and in between, and holes around. */
  public static DiskPattern holed(long sizeBytes, Seed seed) {
    long part = Math.max(1, Math.min(sizeBytes / 8, 300_000));
    return new DiskPattern(
        sizeBytes,
        List.of(
            new ByteRange(0, part),
            new ByteRange(sizeBytes / 2 + 1, part),
            new ByteRange(sizeBytes - part, part)),
        seed);
  }

  /** Bytes of the disk in [offset, offset + length). */
  public byte[] bytes(long offset, int length) {
    byte[] result = new byte[length];
    SeededBytes data = new SeededBytes(seed);
    for (ByteRange range : dataRanges) {
      long from = Math.max(offset, range.offset());
      long to = Math.min(offset + length, range.end());
      if (from < to) {
        data.fill(from, ByteBuffer.wrap(result, (int) (from - offset), (int) (to - from)));
      }
    }
    return result;
  }

  /** Writes the disk as a sparse raw file, replacing what is there. */
  public void writeTo(Path raw) {
    try (FileChannel file =
        FileChannel.open(
            raw,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      if (sizeBytes > 0) {
        file.write(ByteBuffer.allocate(1), sizeBytes - 1);
      }
      SeededBytes data = new SeededBytes(seed);
      ByteBuffer step = ByteBuffer.allocateDirect(STEP_BYTES);
      for (ByteRange range : dataRanges) {
        for (long at = range.offset(); at < range.end(); at += STEP_BYTES) {
          step.clear().limit((int) Math.min(STEP_BYTES, range.end() - at));
          data.fill(at, step);
          step.flip();
          for (long to = at; step.hasRemaining(); ) {
            to += file.write(step, to);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
