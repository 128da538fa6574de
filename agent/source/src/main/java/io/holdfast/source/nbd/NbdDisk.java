package io.holdfast.source.nbd;

import io.holdfast.error.BackupException;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.PendingPieces;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An NBD export as source and target. Large requests are split, unaligned ones widened to the
 * server's block size. Futures complete on the connections' receiving threads: what is chained to
 * them must not block. When one connection is lost, every later request fails.
 */
final class NbdDisk implements DiskSource, DiskTarget {
  private static final int REQUESTS_PER_CONNECTION = 4;
  private static final int MIN_REQUESTS = 8;

  private final List<NbdConnection> connections;
  private final NbdExportTerms terms;
  private final DiskFailures failures;
  private final int requestBytes;
  private final BlockAligned aligned;
  private final NbdZeroing zeroing;

  NbdDisk(
      List<NbdConnection> connections, DiskFailures failures, int bufferBytes, boolean keepSpace) {
    this.connections = List.copyOf(connections);
    this.terms = connections.get(0).terms();
    this.failures = failures;
    int block = terms.minBlockBytes();
    int limit = Math.min(bufferBytes, terms.maxPayloadBytes());
    this.requestBytes = Math.max(block, limit - limit % block);
    this.aligned =
        new BlockAligned(block, terms.sizeBytes(), this::readAligned, this::writeAligned);
    this.zeroing = new NbdZeroing(this::submit, terms.tellsZeros(), keepSpace);
  }

  boolean readOnly() {
    return terms.readOnly();
  }

  @Override
  public long sizeBytes() {
    return terms.sizeBytes();
  }

  @Override
  public CompletableFuture<Void> read(long offset, ByteBuffer into) {
    BackupException invalid = failures.invalidRange(offset, into.remaining(), terms.sizeBytes());
    return invalid != null ? FutureEnds.failed(invalid) : aligned.read(offset, into);
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    BackupException invalid = failures.invalidRange(offset, from.remaining(), terms.sizeBytes());
    return invalid != null ? FutureEnds.failed(invalid) : aligned.write(offset, from);
  }

  @Override
  public CompletableFuture<Void> zero(long offset, long length) {
    BackupException invalid = failures.invalidRange(offset, length, terms.sizeBytes());
    if (invalid != null) {
      return FutureEnds.failed(invalid);
    }
    return terms.canWriteZeroes()
        ? aligned.zero(offset, length, zeroing::zero)
        : aligned.writeZeros(offset, length, requestBytes);
  }

  /** A server that offers no flush has nothing to make durable. */
  @Override
  public CompletableFuture<Void> flush() {
    if (!terms.canFlush()) {
      return CompletableFuture.completedFuture(null);
    }
    NbdRequest flush = NbdRequest.flush();
    submit(flush);
    return flush.done;
  }

  private CompletableFuture<Void> readAligned(long offset, ByteBuffer into) {
    int start = into.position();
    int length = into.remaining();
    PendingPieces pieces = new PendingPieces(() -> into.position(start + length));
    for (int at = 0; at < length; at += requestBytes) {
      int count = Math.min(requestBytes, length - at);
      NbdRequest read = NbdRequest.read(offset + at, into.slice(start + at, count));
      pieces.add(read.done);
      submit(read);
    }
    return pieces.allAdded();
  }

  private CompletableFuture<Void> writeAligned(long offset, ByteBuffer from) {
    int start = from.position();
    int length = from.remaining();
    PendingPieces pieces = new PendingPieces(() -> from.position(start + length));
    for (int at = 0; at < length; at += requestBytes) {
      int count = Math.min(requestBytes, length - at);
      NbdRequest write = NbdRequest.write(offset + at, from.slice(start + at, count));
      pieces.add(write.done);
      submit(write);
    }
    return pieces.allAdded();
  }

  private void submit(NbdRequest request) {
    NbdConnection chosen = connections.get(0);
    int leastLoad = Integer.MAX_VALUE;
    for (NbdConnection connection : connections) {
      int load = connection.isLost() ? -1 : connection.load();
      if (load < leastLoad) {
        chosen = connection;
        leastLoad = load;
      }
    }
    chosen.submit(request);
  }

  @Override
  public int usefulReadsInFlight() {
    return Math.max(MIN_REQUESTS, connections.size() * REQUESTS_PER_CONNECTION);
  }

  @Override
  public int usefulRequestsInFlight() {
    return usefulReadsInFlight();
  }

  @Override
  public void close() {
    connections.forEach(NbdConnection::close);
  }
}
