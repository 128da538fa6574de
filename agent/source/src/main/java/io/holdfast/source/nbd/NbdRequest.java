package io.holdfast.source.nbd;

import io.holdfast.error.BackupException;
import io.holdfast.source.DiskFailures;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One request on its way. Made by the caller, then sent by the sending thread and filled and
 * completed by the receiving thread only.
 */
final class NbdRequest {
  private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

  final short type;

  /** {@link NbdProtocol#CMD_FLAG_NO_HOLE} or 0. */
  final short flags;

  final long offset;
  final int length;

  /** Bytes to send, or where received bytes go; position 0, limit {@link #length}. */
  final ByteBuffer payload;

  final CompletableFuture<Void> done = new CompletableFuture<>();

  /** What the server names in its replies; set before the request is sent. */
  long cookie;

  /** Received up to here without a gap, relative to the request. */
  private int receivedUpTo;

  /** Pieces that came out of order: start and end, relative. */
  private List<int[]> outOfOrder = List.of();

  /** What a block status said: length and flags in turn. */
  private long[] extents = {};

  private BackupException failure;

  private NbdRequest(short type, long offset, int length, ByteBuffer payload) {
    this(type, (short) 0, offset, length, payload);
  }

  private NbdRequest(short type, short flags, long offset, int length, ByteBuffer payload) {
    this.type = type;
    this.flags = flags;
    this.offset = offset;
    this.length = length;
    this.payload = payload;
  }

  /** A read that fills all of {@code into}, a slice that nobody else uses. */
  static NbdRequest read(long offset, ByteBuffer into) {
    return new NbdRequest(NbdProtocol.CMD_READ, offset, into.remaining(), into);
  }

  /** A write of all of {@code from}, a slice that nobody else uses. */
  static NbdRequest write(long offset, ByteBuffer from) {
    return new NbdRequest(NbdProtocol.CMD_WRITE, offset, from.remaining(), from);
  }

  /** Makes a range read as zero; with {@code keepSpace} nothing of it is given back. */
  static NbdRequest writeZeroes(long offset, int length, boolean keepSpace) {
    short flags = keepSpace ? NbdProtocol.CMD_FLAG_NO_HOLE : 0;
    return new NbdRequest(NbdProtocol.CMD_WRITE_ZEROES, flags, offset, length, NO_PAYLOAD);
  }

  /** Asks which parts of a range read as zero; see {@link #extents()}. */
  static NbdRequest blockStatus(long offset, int length) {
    return new NbdRequest(NbdProtocol.CMD_BLOCK_STATUS, offset, length, NO_PAYLOAD);
  }

  static NbdRequest flush() {
    return new NbdRequest(NbdProtocol.CMD_FLUSH, 0, 0, NO_PAYLOAD);
  }

  static NbdRequest disconnect() {
    return new NbdRequest(NbdProtocol.CMD_DISC, 0, 0, NO_PAYLOAD);
  }

  boolean isRead() {
    return type == NbdProtocol.CMD_READ;
  }

  /** Keeps the answer to a block status: length and flags in turn. */
  void extents(long[] lengthsAndFlags) {
    extents = lengthsAndFlags;
  }

  /**
   * The answer to a block status, length and flags in turn, from the start of the range on; it may
   * end before the range or after it. To be read when {@link #done} is complete.
   */
  long[] extents() {
    return extents;
  }

  /**
   * The part of the payload for received bytes [at, at + count), relative to the request; null when
   * the server answers what was not asked.
   */
  ByteBuffer receiving(long at, int count) {
    if (!isRead() || at < 0 || count <= 0 || at > length - (long) count) {
      return null;
    }
    if (at == receivedUpTo) {
      receivedUpTo += count;
    } else {
      if (outOfOrder.isEmpty()) {
        outOfOrder = new ArrayList<>();
      }
      outOfOrder.add(new int[] {(int) at, (int) at + count});
    }
    return payload.slice((int) at, count);
  }

  /** Remembers the first error that a reply named. */
  void failed(BackupException error) {
    if (failure == null) {
      failure = error;
    }
  }

  /** The server has said its last word on this request. */
  void finish(DiskFailures failures) {
    if (failure == null && isRead() && !complete()) {
      failure = failures.shortRead(offset, length, receivedUpTo);
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  /** Whether every byte came exactly once. */
  private boolean complete() {
    if (outOfOrder.size() > 1) {
      outOfOrder.sort((a, b) -> Integer.compare(a[0], b[0]));
    }
    for (int[] piece : outOfOrder) {
      if (piece[0] != receivedUpTo) {
        return false;
      }
      receivedUpTo = piece[1];
    }
    return receivedUpTo == length;
  }

  /** The error of a request that the lost connection leaves unanswered. */
  BackupException lost(DiskFailures failures, String detail, Throwable cause) {
    return isRead()
        ? failures.read(offset, length, detail, cause)
        : failures.write(offset, length, detail, cause);
  }
}
