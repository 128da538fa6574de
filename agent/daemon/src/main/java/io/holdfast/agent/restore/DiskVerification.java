package io.holdfast.agent.restore;

import io.holdfast.agent.transfer.Joined;
import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.agent.transfer.SpanRequests;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads a restored disk back from its target and compares it with the restore point, whose chunks
 * are compared with their checksums on the way (RST-02). A few comparisons run side by side, on the
 * workers that restores share. What was not written because a fresh disk reads as zero is sampled
 * ({@link ZeroSamples}): such a disk is the platform's word only.
 */
final class DiskVerification {
  private static final int STEP_BYTES = 1 << 20;
  private static final int ATTEMPTS = 5;
  private static final int AT_ONCE = 4;

  private final ReconnectingDisk<DiskTarget> disk;
  private final DiskReader reader;
  private final TransferResources resources;

  DiskVerification(
      ReconnectingDisk<DiskTarget> disk, DiskReader reader, TransferResources resources) {
    this.disk = disk;
    this.reader = reader;
    this.resources = resources;
  }

  /**
   * Compares every span of all streams; what must be zero only where the target may hold data.
   *
   * @return bytes compared
   * @throws BackupException RESTORED_DATA_MISMATCH naming disk and range
   */
  long verify(List<RestoreSpans> streams) {
    long verified = 0;
    boolean zeros =
        streams.stream().anyMatch(spans -> spans.count() > 0 && !spans.isData(spans.count() - 1));
    TargetData data = zeros ? TargetData.of(disk) : TargetData.everywhere();
    Deque<CompletableFuture<Void>> underWay = new ArrayDeque<>();
    try {
      for (RestoreSpans spans : streams) {
        for (int i = 0; i < spans.count(); i++) {
          ByteRange range = spans.range(i);
          for (ByteRange part : spans.isData(i) ? List.of(range) : data.within(range)) {
            begin(part, underWay);
          }
          verified += range.length();
        }
      }
      while (!underWay.isEmpty()) {
        Joined.result(underWay.remove());
      }
      return verified;
    } finally {
      underWay.forEach(Joined::end);
    }
  }

  private void begin(ByteRange range, Deque<CompletableFuture<Void>> underWay) {
    for (long at = range.offset(); at < range.end(); at += STEP_BYTES) {
      begin(at, (int) Math.min(STEP_BYTES, range.end() - at), underWay);
    }
  }

  /** Waits for memory only when nothing of its own is under way that could give some back. */
  private void begin(long offset, int length, Deque<CompletableFuture<Void>> underWay) {
    while (underWay.size() >= AT_ONCE) {
      Joined.result(underWay.remove());
    }
    Optional<SpanBuffers.Span> taken = resources.buffers().take(2 * length, underWay.isEmpty());
    while (taken.isEmpty()) {
      Joined.result(underWay.remove());
      taken = resources.buffers().take(2 * length, underWay.isEmpty());
    }
    SpanBuffers.Span both = taken.get();
    underWay.add(
        CompletableFuture.runAsync(() -> verify(both, offset, length), resources.decoders()));
  }

  /**
   * Looks whether a fresh disk is zero between the data.
   *
   * @throws BackupException RESTORED_DATA_MISMATCH naming disk and range
   */
  void verifyZeros(List<RestoreSpans> streams) {
    List<ByteRange> written = new ArrayList<>();
    for (RestoreSpans spans : streams) {
      for (int i = 0; i < spans.count(); i++) {
        written.add(spans.range(i));
      }
    }
    for (ByteRange sample : ZeroSamples.of(reader.sizeBytes(), written)) {
      int length = (int) sample.length();
      verify(resources.buffers().take(2 * length), sample.offset(), length);
    }
  }

  private void verify(SpanBuffers.Span span, long offset, int length) {
    try (SpanBuffers.Span both = span) {
      for (int attempt = 1; ; attempt++) {
        DiskTarget target = disk.open();
        try {
          compare(target, both, offset, length);
          return;
        } catch (BackupException failure) {
          if (failure.kind() != ErrorKind.TRANSIENT || attempt == ATTEMPTS) {
            throw disk.named(failure);
          }
          disk.reopened(target, failure);
        }
      }
    }
  }

  private void compare(DiskTarget target, SpanBuffers.Span both, long offset, int length) {
    ByteBuffer expected = both.part(length, length);
    SpanRequests reads = SpanRequests.reads(disk.device(), new ByteRange(offset, length));
    Optional<BackupException> failure;
    try {
      reads.start(sent -> readBack(target, both.part(0, length), offset, sent));
      expected(offset, expected.duplicate());
    } finally {
      // In any case: until then the memory is not free.
      failure = reads.await(() -> target.close());
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    int different = both.part(0, length).mismatch(expected);
    if (different >= 0) {
      throw BackupException.of(
          ErrorCode.RESTORED_DATA_MISMATCH,
          "disk",
          disk.device(),
          "offset",
          offset + different,
          "length",
          length - different);
    }
  }

  /** What must be there; beyond the backup's end, on a larger disk, nothing. */
  private void expected(long offset, ByteBuffer into) {
    if (offset < reader.sizeBytes()) {
      reader.read(offset, into);
    } else {
      while (into.hasRemaining()) {
        into.put((byte) 0);
      }
    }
  }

  private void readBack(
      DiskTarget target, ByteBuffer into, long offset, List<CompletableFuture<Void>> sent) {
    int step = Math.max(1, disk.bufferBytes());
    for (int at = 0; at < into.limit(); at += step) {
      sent.add(target.read(offset + at, into.slice(at, Math.min(step, into.limit() - at))));
    }
  }
}
