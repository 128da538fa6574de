package io.holdfast.pool.medium;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.RocksObject;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A RocksDB. Memory whatever the size: a block cache of 128 MiB that holds index and filter blocks
 * too (partitioned, so that it need not hold all of them), two memtables of 32 MiB, about 10 KiB
 * for each of at most 512 open files.
 */
final class RocksTable implements KeyTable {
  private static final long BLOCK_CACHE_BYTES = 128L << 20;
  private static final long MEMTABLE_BYTES = 32L << 20;
  private static final int MEMTABLES = 2;
  private static final int OPEN_FILES = 512;
  private static final int BLOCK_BYTES = 4096;
  private static final int FILTER_BITS = 10;
  private static final long FILE_BYTES = 128L << 20;
  private static final long LOG_BYTES = 64L << 20;
  private static final int THREADS = 2;

  private final List<RocksObject> owned = new ArrayList<>();
  private final WriteOptions writing = keep(new WriteOptions());
  private final ReadOptions reading = keep(new ReadOptions());
  private final RocksDB db;

  /** Shared by users, exclusive for closing: native code must not be used after it. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  private RocksTable(Path folder) throws TableException {
    try {
      db = RocksDB.open(options(), folder.toString());
    } catch (RocksDBException failed) {
      closeOwned();
      throw new TableException(
          "the table in " + folder + " does not open", failed, !isFull(failed));
    }
  }

  private static boolean isFull(RocksDBException failed) {
    return String.valueOf(failed.getMessage()).contains("No space left");
  }

  /** Opens the table of a folder, or makes one. */
  static KeyTable open(Path folder) throws TableException {
    try {
      RocksDB.loadLibrary();
    } catch (UnsatisfiedLinkError | RuntimeException unusable) {
      throw new TableException("RocksDB does not load on this machine", unusable);
    }
    return new RocksTable(folder);
  }

  private <T extends RocksObject> T keep(T object) {
    owned.add(object);
    return object;
  }

  private Options options() {
    Cache cache = keep(new LRUCache(BLOCK_CACHE_BYTES));
    BlockBasedTableConfig tables =
        new BlockBasedTableConfig()
            .setBlockCache(cache)
            .setBlockSize(BLOCK_BYTES)
            .setMetadataBlockSize(BLOCK_BYTES)
            .setFilterPolicy(keep(new BloomFilter(FILTER_BITS, false)))
            .setIndexType(IndexType.kTwoLevelIndexSearch)
            .setPartitionFilters(true)
            .setCacheIndexAndFilterBlocks(true)
            .setPinTopLevelIndexAndFilter(true)
            .setCacheIndexAndFilterBlocksWithHighPriority(true)
            .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
            .setFormatVersion(5);
    return keep(new Options())
        .setCreateIfMissing(true)
        .setTableFormatConfig(tables)
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setWriteBufferSize(MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(MEMTABLES)
        .setMaxTotalWalSize(LOG_BYTES)
        .setMaxOpenFiles(OPEN_FILES)
        .setTargetFileSizeBase(FILE_BYTES)
        .setMaxBytesForLevelBase(4 * FILE_BYTES)
        .setLevelCompactionDynamicLevelBytes(true)
        .setMaxBackgroundJobs(THREADS)
        .setKeepLogFileNum(2)
        .setBytesPerSync(1 << 20);
  }

  /** Something done with the open database. */
  private interface Access<T> {
    T run() throws RocksDBException;
  }

  private <T> T access(String what, Access<T> access) throws TableException {
    use.readLock().lock();
    try {
      if (closed) {
        throw new TableException("the table is closed", null);
      }
      return access.run();
    } catch (RocksDBException failed) {
      boolean damaged =
          failed.getStatus() != null && failed.getStatus().getCode() == Status.Code.Corruption;
      throw new TableException(what + " failed", failed, damaged);
    } finally {
      use.readLock().unlock();
    }
  }

  @Override
  public List<Optional<byte[]>> get(List<byte[]> keys) throws TableException {
    if (keys.isEmpty()) {
      return List.of();
    }
    return access(
        "reading",
        () -> {
          List<Optional<byte[]>> result = new ArrayList<>(keys.size());
          for (byte[] value : db.multiGetAsList(reading, keys)) {
            result.add(Optional.ofNullable(value));
          }
          return result;
        });
  }

  @Override
  public void write(Batch batch) throws TableException {
    access(
        "writing",
        () -> {
          try (WriteBatch changes = new WriteBatch()) {
            for (Batch.Change change : batch.changes()) {
              if (change.value().isPresent()) {
                changes.put(change.key(), change.value().get());
              } else {
                changes.delete(change.key());
              }
            }
            db.write(writing, changes);
          }
          return null;
        });
  }

  @Override
  public Optional<byte[]> greatestKey(byte first) throws TableException {
    return access(
        "reading",
        () -> {
          try (RocksIterator keys = db.newIterator(reading)) {
            keys.seekForPrev(new byte[] {(byte) (first + 1)});
            keys.status();
            return keys.isValid() && keys.key()[0] == first
                ? Optional.of(keys.key())
                : Optional.empty();
          }
        });
  }

  @Override
  public long estimatedKeys() throws TableException {
    return access("reading", () -> db.getLongProperty("rocksdb.estimate-num-keys"));
  }

  @Override
  public void flush() throws TableException {
    access(
        "flushing",
        () -> {
          try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options);
          }
          return null;
        });
  }

  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        db.close();
        closeOwned();
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  private void closeOwned() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
    owned.clear();
  }
}
