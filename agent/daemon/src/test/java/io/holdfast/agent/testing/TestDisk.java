package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A raw file with change tracking in blocks of 64 KiB, as a hypervisor has it. */
public final class TestDisk {
  static final int BLOCK_BYTES = 1 << 16;

  private final Path file;
  private final Map<String, BitSet> changedSince = new HashMap<>();
  private final Map<String, Map<String, BitSet>> frozen = new HashMap<>();
  private DiskDescription description;
  private volatile boolean plugged = true;

  TestDisk(DiskDescription description) {
    this.description = description;
    this.file = Path.of(description.getPath());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (description.getSizeBytes() > channel.size()) {
        channel.write(ByteBuffer.allocate(1), description.getSizeBytes() - 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public DiskDescription description() {
    return description;
  }

  /** The disk as the guest has it now. */
  public Path file() {
    return file;
  }

  /** What the guest writes. */
  public synchronized void write(long offset, byte[] bytes) {
    writeUntracked(offset, bytes);
    int first = (int) (offset / BLOCK_BYTES);
    int last = (int) ((offset + bytes.length - 1) / BLOCK_BYTES);
    changedSince.values().forEach(bits -> bits.set(first, last + 1));
  }

  /** A write that change tracking misses. */
  public synchronized void writeUntracked(long offset, byte[] bytes) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** It was added on a bus without hot plug: it is there after a restart of the VM only. */
  public void missUntilRestart() {
    plugged = false;
  }

  boolean isPlugged() {
    return plugged;
  }

  /** Grows the disk. */
  public synchronized void resize(long sizeBytes) {
    description = description.toBuilder().setSizeBytes(sizeBytes).build();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path snapshotFile(String snapshot) {
    return file.resolveSibling(file.getFileName() + "@" + snapshot);
  }

  synchronized void snapshot(String name, String mark) {
    try {
      Files.copy(file, snapshotFile(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, BitSet> then = new HashMap<>();
    changedSince.forEach((since, bits) -> then.put(since, (BitSet) bits.clone()));
    frozen.put(name, then);
    if (!mark.isEmpty()) {
      changedSince.put(mark, new BitSet());
    }
  }

  synchronized void removeSnapshot(String name) {
    frozen.remove(name);
    try {
      Files.deleteIfExists(snapshotFile(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void loseTracking() {
    changedSince.clear();
  }

  synchronized void drop(java.util.Collection<String> marks) {
    changedSince.keySet().removeAll(marks);
  }

  /** Marks that changes are counted from. */
  public synchronized java.util.Set<String> marks() {
    return java.util.Set.copyOf(changedSince.keySet());
  }

  synchronized java.util.Optional<ExtentMap> changed(String snapshot, String since) {
    BitSet bits = frozen.getOrDefault(snapshot, Map.of()).get(since);
    return bits == null || !changedSince.containsKey(since)
        ? java.util.Optional.empty()
        : java.util.Optional.of(map(bits));
  }

  /** Blocks of the snapshot that hold anything but zeros. */
  ExtentMap allocated(String snapshot) {
    BitSet bits = new BitSet();
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    ByteBuffer zeros = ByteBuffer.allocate(BLOCK_BYTES);
    try (FileChannel channel = FileChannel.open(snapshotFile(snapshot))) {
      for (int i = 0; channel.read(block.clear()) >= 0; i++) {
        if (block.flip().mismatch(zeros.duplicate().limit(block.limit())) >= 0) {
          bits.set(i);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return map(bits);
  }

  private ExtentMap map(BitSet bits) {
    List<Extent> extents = new ArrayList<>();
    for (int from = bits.nextSetBit(0); from >= 0; ) {
      int to = bits.nextClearBit(from);
      long offset = (long) from * BLOCK_BYTES;
      long end = Math.min(description.getSizeBytes(), (long) to * BLOCK_BYTES);
      if (end > offset) {
        extents.add(Extent.data(offset, end - offset));
      }
      from = bits.nextSetBit(to);
    }
    return ExtentMap.of(description.getSizeBytes(), extents);
  }
}
