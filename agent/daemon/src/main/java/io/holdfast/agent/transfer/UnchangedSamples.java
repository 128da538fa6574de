package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Change tracking is never believed blindly (CAS-02, CAS-04): of the chunks that the platform calls
 * unchanged some are read from the disk and compared with the base restore point, whose own bytes
 * are checked by their digests. One of a hundred, at most {@value #MOST} a disk: half of them
 * evenly over what is unchanged, half at random from a seed that is told, so that a run can be
 * looked at again. One difference means that the whole list is worth nothing.
 */
final class UnchangedSamples {
  static final int MOST = 64;
  private static final int SHARE = 100;
  private static final int ATTEMPTS = 3;
  private static final long TIME_LIMIT_SECONDS = 120;
  private static final Logger LOG = LoggerFactory.getLogger(UnchangedSamples.class);

  private final long seed;
  private final Pace pace;
  private final int chunkBytes;

  /**
   * @param session whose id gives the seed
   * @param pace the reads count for the session's limits; where nothing may be read now there are
   *     no samples
   * @param chunkBytes of the pool
   */
  UnchangedSamples(UUID session, Pace pace, int chunkBytes) {
    this.seed = session.getMostSignificantBits() ^ session.getLeastSignificantBits();
    this.pace = pace;
    this.chunkBytes = chunkBytes;
  }

  /** What the random half is drawn from. */
  long seed() {
    return seed;
  }

  /**
   * Compares.
   *
   * @param changed the areas in question; all others are called unchanged
   * @param base the disk in the base restore point
   * @param disk the disk at the snapshot
   * @return how many bytes were read and found as they were
   * @throws DiskAreas.TurnsFull at the first difference, and when the base cannot be read
   */
  long compare(
      DiskDescription description,
      ExtentMap changed,
      DiskReader base,
      ReconnectingDisk<DiskSource> disk)
      throws DiskAreas.TurnsFull {
    if (!pace.isOpen() && (pace.diskBytesPerSecond() == 0 || pace.transferBytesPerSecond() == 0)) {
      LOG.info("Disk {}: no samples, the session is held by its speed limit", disk.device());
      return 0;
    }
    long size = changed.diskSizeBytes();
    long read = 0;
    ByteBuffer then = ByteBuffer.allocate(chunkBytes);
    for (long place : places(changed, chunkBytes, seed)) {
      int length = (int) Math.min(chunkBytes, size - place);
      // Its own memory: a read that is given up may still come.
      ByteBuffer now = ByteBuffer.allocateDirect(length);
      read(disk, place, now);
      then.clear().limit(length);
      readBase(base, place, then);
      int difference = then.flip().mismatch(now.flip());
      if (difference >= 0) {
        LOG.warn(
            "Disk {} differs at {} where the platform says it is unchanged (seed {})",
            disk.device(),
            place + difference,
            seed);
        throw new DiskAreas.TurnsFull(
            Notices.warning(
                NoticeCode.FULL_SAMPLE_MISMATCH,
                "disk",
                description.getDevice(),
                "offset",
                place + difference));
      }
      read += length;
    }
    LOG.info("Disk {}: {} unchanged bytes compared (seed {})", disk.device(), read, seed);
    return read;
  }

  private void read(ReconnectingDisk<DiskSource> disk, long offset, ByteBuffer into) {
    DiskSource source = disk.open();
    for (int attempt = 1; ; attempt++) {
      try {
        readOnce(source, disk.device(), offset, into.clear());
        return;
      } catch (BackupException failure) {
        if (failure.kind() != ErrorKind.TRANSIENT
            || failure.code() == ErrorCode.INTERRUPTED
            || attempt == ATTEMPTS) {
          throw disk.named(failure);
        }
        source = disk.reopened(source, failure);
      }
    }
  }

  private void readOnce(DiskSource source, String device, long offset, ByteBuffer into) {
    int length = into.remaining();
    try {
      pace.pass(length, 0).get();
      source.read(offset, into).get(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof BackupException known
          ? known
          : readFailed(device, offset, length, failure);
    } catch (TimeoutException silent) {
      throw readFailed(device, offset, length, silent);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "read");
    }
  }

  private static BackupException readFailed(
      String device, long offset, int length, Exception cause) {
    return BackupException.causedBy(
        cause,
        ErrorCode.DISK_READ_FAILED,
        "disk",
        device,
        "offset",
        offset,
        "length",
        length,
        "cause",
        Reason.of(cause));
  }

  private static void readBase(DiskReader base, long offset, ByteBuffer into)
      throws DiskAreas.TurnsFull {
    try {
      base.read(offset, into);
    } catch (BackupException damaged) {
      if (damaged.kind() != ErrorKind.CORRUPT) {
        throw damaged;
      }
      throw new DiskAreas.TurnsFull(
          Notices.warning(
              NoticeCode.FULL_BASE_UNREADABLE,
              "base",
              base.diskKey(),
              "cause",
              Reason.of(damaged)));
    }
  }

  /** Where samples begin, ascending: chunks that no area in question touches. */
  static List<Long> places(ExtentMap changed, int chunkBytes, long seed) {
    List<long[]> runs = new ArrayList<>();
    long total = 0;
    long at = 0;
    for (Extent extent : changed.extents()) {
      long first = extent.range().offset() / chunkBytes;
      if (first > at) {
        runs.add(new long[] {at, first - at});
        total += first - at;
      }
      at = Math.max(at, (extent.range().end() + chunkBytes - 1) / chunkBytes);
    }
    long end = (changed.diskSizeBytes() + chunkBytes - 1) / chunkBytes;
    if (end > at) {
      runs.add(new long[] {at, end - at});
      total += end - at;
    }
    List<Long> result = new ArrayList<>();
    for (long index : indexes(total, seed)) {
      result.add(chunkAt(runs, index) * chunkBytes);
    }
    return result;
  }

  private static TreeSet<Long> indexes(long total, long seed) {
    TreeSet<Long> chosen = new TreeSet<>();
    long count = Math.min(MOST, (total + SHARE - 1) / SHARE);
    long even = (count + 1) / 2;
    for (long i = 0; i < even; i++) {
      chosen.add(i * (total / even) + total / even / 2);
    }
    SplittableRandom random = new SplittableRandom(seed);
    while (chosen.size() < count) {
      chosen.add(random.nextLong(total));
    }
    return chosen;
  }

  private static long chunkAt(List<long[]> runs, long index) {
    long left = index;
    for (long[] run : runs) {
      if (left < run[1]) {
        return run[0] + left;
      }
      left -= run[1];
    }
    throw new IllegalArgumentException("no unchanged chunk " + index);
  }
}
