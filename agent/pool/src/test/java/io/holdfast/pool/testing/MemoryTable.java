package io.holdfast.pool.testing;

import io.holdfast.pool.medium.KeyTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A table in memory that knows which batches a crash of the machine may lose. */
final class MemoryTable {
  private final TreeMap<byte[], byte[]> flushed = new TreeMap<>(Arrays::compareUnsigned);
  private final List<KeyTable.Batch> written = new ArrayList<>();

  private TreeMap<byte[], byte[]> now(int batches) {
    TreeMap<byte[], byte[]> result = new TreeMap<>(Arrays::compareUnsigned);
    result.putAll(flushed);
    for (KeyTable.Batch batch : written.subList(0, batches)) {
      for (KeyTable.Batch.Change change : batch.changes()) {
        change
            .value()
            .ifPresentOrElse(
                value -> result.put(change.key(), value), () -> result.remove(change.key()));
      }
    }
    return result;
  }

  /** As another process finds it. */
  synchronized MemoryTable afterKill() {
    MemoryTable result = new MemoryTable();
    result.flushed.putAll(now(written.size()));
    return result;
  }

  /** As it is after the machine has crashed: the newest batches may be gone. */
  synchronized MemoryTable afterPowerLoss(Random random) {
    MemoryTable result = new MemoryTable();
    result.flushed.putAll(now(random.nextInt(written.size() + 1)));
    return result;
  }

  KeyTable open() {
    return new Opened();
  }

  private final class Opened implements KeyTable {
    private boolean closed;

    private void requireOpen() throws TableException {
      if (closed) {
        throw new TableException("closed", null);
      }
    }

    @Override
    public List<Optional<byte[]>> get(List<byte[]> keys) throws TableException {
      requireOpen();
      synchronized (MemoryTable.this) {
        TreeMap<byte[], byte[]> all = now(written.size());
        return keys.stream().map(key -> Optional.ofNullable(all.get(key))).toList();
      }
    }

    @Override
    public void write(Batch batch) throws TableException {
      requireOpen();
      synchronized (MemoryTable.this) {
        written.add(batch);
      }
    }

    @Override
    public Optional<byte[]> greatestKey(byte first) throws TableException {
      requireOpen();
      synchronized (MemoryTable.this) {
        byte[] greatest = now(written.size()).lowerKey(new byte[] {(byte) (first + 1)});
        return Optional.ofNullable(greatest).filter(key -> key[0] == first);
      }
    }

    @Override
    public long estimatedKeys() throws TableException {
      requireOpen();
      synchronized (MemoryTable.this) {
        return now(written.size()).size();
      }
    }

    @Override
    public void flush() throws TableException {
      requireOpen();
      synchronized (MemoryTable.this) {
        TreeMap<byte[], byte[]> all = now(written.size());
        flushed.clear();
        flushed.putAll(all);
        written.clear();
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
