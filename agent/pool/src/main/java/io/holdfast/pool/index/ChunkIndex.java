package io.holdfast.pool.index;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.medium.KeyTable;
import io.holdfast.pool.medium.KeyTable.TableException;
import io.holdfast.pool.pack.PackEntry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Chunk id → place, as hints (POOL-02): 25 bytes an entry in a table on disk. What it says is
 * proved by the packs' directories, so nothing here needs to be right, only likely. Thread-safe.
 */
public final class ChunkIndex implements AutoCloseable {
  /** Raised when keys or values change: a table of another layout is made anew. */
  static final int LAYOUT = 1;

  private static final byte CHUNK = 0;
  private static final byte PACK = 1;
  private static final byte NUMBER = 2;
  private static final int CHUNK_KEY_BYTES = 17;
  private static final int PACK_KEY_BYTES = 17;
  private static final int NUMBER_KEY_BYTES = 5;
  private static final int VALUE_BYTES = 8;
  private static final int KNOWN_NUMBERS = 1 << 14;

  /**
   * Where a chunk may be.
   *
   * @param packId the pack
   * @param offset of the record header
   */
  public record Hint(UUID packId, long offset) {}

  private final KeyTable table;
  private long nextNumber;
  private final Map<Integer, UUID> packsByNumber =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, UUID> eldest) {
          return size() > KNOWN_NUMBERS;
        }
      };

  /**
   * @param table whose keys are all of this layout
   */
  public ChunkIndex(KeyTable table) throws TableException {
    this.table = table;
    this.nextNumber =
        table
            .greatestKey(NUMBER)
            .map(key -> Integer.toUnsignedLong(ByteBuffer.wrap(key).getInt(1)) + 1)
            .orElse(0L);
  }

  private static byte[] chunkKey(ChunkId id) {
    return ByteBuffer.allocate(CHUNK_KEY_BYTES).put(CHUNK).putLong(id.a()).putLong(id.b()).array();
  }

  private static byte[] packKey(UUID packId) {
    return ByteBuffer.allocate(PACK_KEY_BYTES)
        .put(PACK)
        .putLong(packId.getMostSignificantBits())
        .putLong(packId.getLeastSignificantBits())
        .array();
  }

  private static byte[] numberKey(int number) {
    return ByteBuffer.allocate(NUMBER_KEY_BYTES).put(NUMBER).putInt(number).array();
  }

  private static byte[] value(int first, int second) {
    return ByteBuffer.allocate(VALUE_BYTES).putInt(first).putInt(second).array();
  }

  /** Per chunk where it may be, in the order asked. */
  public List<Optional<Hint>> hints(List<ChunkId> ids) throws TableException {
    List<Optional<byte[]>> values = table.get(ids.stream().map(ChunkIndex::chunkKey).toList());
    List<Optional<Hint>> hints = new ArrayList<>(values.size());
    for (Optional<byte[]> value : values) {
      hints.add(value.isEmpty() ? Optional.empty() : hint(ByteBuffer.wrap(value.get())));
    }
    return hints;
  }

  private Optional<Hint> hint(ByteBuffer value) throws TableException {
    if (value.remaining() != VALUE_BYTES) {
      return Optional.empty();
    }
    int number = value.getInt();
    long offset = Integer.toUnsignedLong(value.getInt());
    return packOf(number).map(pack -> new Hint(pack, offset));
  }

  private Optional<UUID> packOf(int number) throws TableException {
    synchronized (packsByNumber) {
      UUID known = packsByNumber.get(number);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<byte[]> stored = table.get(List.of(numberKey(number))).get(0);
    if (stored.isEmpty() || stored.get().length != 16) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(stored.get());
    UUID pack = new UUID(bytes.getLong(), bytes.getLong());
    synchronized (packsByNumber) {
      packsByNumber.put(number, pack);
    }
    return Optional.of(pack);
  }

  /** Those of some packs that were not entered. */
  public List<UUID> missing(List<UUID> packs) throws TableException {
    List<Optional<byte[]>> entered = table.get(packs.stream().map(ChunkIndex::packKey).toList());
    List<UUID> result = new ArrayList<>();
    for (int i = 0; i < packs.size(); i++) {
      if (entered.get(i).isEmpty()) {
        result.add(packs.get(i));
      }
    }
    return result;
  }

  /** Enters a finished, synced pack; entering it again changes nothing. */
  public synchronized void enter(UUID packId, List<PackEntry> entries) throws TableException {
    if (missing(List.of(packId)).isEmpty()) {
      return;
    }
    int number = (int) nextNumber;
    KeyTable.Batch batch = new KeyTable.Batch();
    for (PackEntry entry : entries) {
      batch.put(chunkKey(entry.record().id()), value(number, (int) entry.offset()));
    }
    batch.put(packKey(packId), value(number, entries.size()));
    byte[] id =
        ByteBuffer.wrap(new byte[16])
            .putLong(packId.getMostSignificantBits())
            .putLong(packId.getLeastSignificantBits())
            .array();
    batch.put(numberKey(number), id);
    table.write(batch);
    nextNumber++;
  }

  /** Forgets a pack that is going to be deleted; chunks that are elsewhere meanwhile stay. */
  public synchronized void remove(UUID packId, List<PackEntry> entries) throws TableException {
    Optional<byte[]> pack = table.get(List.of(packKey(packId))).get(0);
    if (pack.isEmpty()) {
      return;
    }
    int number = ByteBuffer.wrap(pack.get()).getInt();
    List<byte[]> keys = entries.stream().map(entry -> chunkKey(entry.record().id())).toList();
    List<Optional<byte[]>> values = table.get(keys);
    KeyTable.Batch batch = new KeyTable.Batch();
    for (int i = 0; i < keys.size(); i++) {
      if (values.get(i).isPresent() && ByteBuffer.wrap(values.get(i).get()).getInt() == number) {
        batch.delete(keys.get(i));
      }
    }
    batch.delete(packKey(packId));
    batch.delete(numberKey(number));
    table.write(batch);
    synchronized (packsByNumber) {
      packsByNumber.remove(number);
    }
  }

  /** About how many entries there are. */
  public long estimatedEntries() throws TableException {
    return table.estimatedKeys();
  }

  /** Everything entered is durable afterwards. */
  void flush() throws TableException {
    table.flush();
  }

  @Override
  public void close() {
    table.close();
  }
}
