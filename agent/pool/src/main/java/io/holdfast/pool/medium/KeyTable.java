package io.holdfast.pool.medium;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of short keys and values that may be larger than memory. Thread-safe. What it holds is a
 * cache: after a crash of the machine the newest batches may be gone, each as a whole and none
 * before a later one.
 *
 * <p>Errors: {@link TableException}; whoever uses a table goes on without it.
 */
public interface KeyTable extends AutoCloseable {

  /** A table that could not be opened, read or written. */
  final class TableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean damaged;

    public TableException(String what, Throwable cause) {
      this(what, cause, false);
    }

    /**
     * @param damaged whether the table itself is: it will not get better by itself
     */
    public TableException(String what, Throwable cause, boolean damaged) {
      super(what, cause);
      this.damaged = damaged;
    }

    /** Whether the table has to be made anew. */
    public boolean isDamaged() {
      return damaged;
    }
  }

  /** Changes that are made all or none. Not thread-safe. */
  final class Batch {
    /** A key and its new value; empty: deleted. */
    public record Change(byte[] key, Optional<byte[]> value) {}

    private final List<Change> changes = new ArrayList<>();

    /** Sets a key. */
    public void put(byte[] key, byte[] value) {
      changes.add(new Change(key, Optional.of(value)));
    }

    /** Deletes a key. */
    public void delete(byte[] key) {
      changes.add(new Change(key, Optional.empty()));
    }

    public List<Change> changes() {
      return List.copyOf(changes);
    }
  }

  /** The values of keys, in the order asked; empty where there is none. */
  List<Optional<byte[]>> get(List<byte[]> keys) throws TableException;

  /** Makes changes; seen by later reads at once. */
  void write(Batch batch) throws TableException;

  /** The greatest key, bytes unsigned, that begins with a byte; empty when there is none. */
  Optional<byte[]> greatestKey(byte first) throws TableException;

  /** About how many keys there are. */
  long estimatedKeys() throws TableException;

  /** Everything written before is durable afterwards. */
  void flush() throws TableException;

  /** Idempotent, throws nothing. */
  @Override
  void close();
}
