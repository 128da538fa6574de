package io.holdfast.source.spi;

import io.holdfast.model.ExtentMap;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A disk that a restore writes. Thread-safe: several requests may be in flight as long as their
 * ranges do not overlap.
 */
public interface DiskTarget extends AutoCloseable {

  long sizeBytes();

  /**
   * Writes all remaining bytes at {@code offset}. The buffer belongs to the target until the future
   * completes. Durable only after {@link #flush()}. Errors as in {@link DiskSource#read}; a full
   * storage is TARGET_SPACE_EXHAUSTED.
   */
  CompletableFuture<Void> write(long offset, ByteBuffer from);

  /**
   * Makes the range read as zero, without allocating space where the target can (RST-06). A target
   * that can do neither trim nor write-zeroes writes zero bytes.
   */
  CompletableFuture<Void> zero(long offset, long length);

  /** Reads back, as {@link DiskSource#read}; what was written before is seen. */
  CompletableFuture<Void> read(long offset, ByteBuffer into);

  /**
   * What may read as other than zero, with all writes that were flushed; empty where the target
   * cannot tell without reading. May take a while and holds the caller's thread.
   */
  default Optional<ExtentMap> dataAreas() {
    return Optional.empty();
  }

  /** All writes completed before this call are durable when the future completes. */
  CompletableFuture<Void> flush();

  int usefulRequestsInFlight();

  /** Ends all connections. Does not flush. Idempotent, throws nothing. */
  @Override
  void close();
}
