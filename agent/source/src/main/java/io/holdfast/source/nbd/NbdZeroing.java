package io.holdfast.source.nbd;

import io.holdfast.source.FutureEnds;
import io.holdfast.source.PendingPieces;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Makes ranges read as zero. What the server says is zero already is left alone: writing zeros
 * there would allocate (raw files without discard) or fill tables (qcow2) for nothing (RST-06).
 * Thread-safe.
 */
final class NbdZeroing {
  /** Zeros of one request; the protocol ends at 4 GiB, and smaller ones overlap. */
  private static final int PIECE_BYTES = 1 << 30;

  private static final int WRITTEN_PIECE_BYTES = 32 << 20;

  private final Consumer<NbdRequest> submitter;
  private final boolean asksFirst;
  private final boolean keepSpace;

  /**
   * @param submitter sends a request
   * @param asksFirst whether the server can say what is zero
   * @param keepSpace whether zeroed ranges keep the space that is reserved for them
   */
  NbdZeroing(Consumer<NbdRequest> submitter, boolean asksFirst, boolean keepSpace) {
    this.submitter = submitter;
    this.asksFirst = asksFirst;
    this.keepSpace = keepSpace;
  }

  CompletableFuture<Void> zero(long offset, long length) {
    PendingPieces pieces = new PendingPieces(() -> {});
    // Zeroes that keep their space may have to be written.
    int most = keepSpace ? WRITTEN_PIECE_BYTES : PIECE_BYTES;
    for (long at = 0; at < length; at += most) {
      int count = (int) Math.min(most, length - at);
      if (asksFirst) {
        CompletableFuture<Void> piece = new CompletableFuture<>();
        pieces.add(piece);
        zeroWhatIsNot(offset + at, count, piece);
      } else {
        pieces.add(write(offset + at, count));
      }
    }
    return pieces.allAdded();
  }

  /** Asks for the range's state, zeroes what is not zero, goes on where the answer ended. */
  private void zeroWhatIsNot(long offset, int length, CompletableFuture<Void> whole) {
    NbdRequest status = NbdRequest.blockStatus(offset, length);
    FutureEnds.onEnd(
        status.done,
        error -> {
          if (error != null || status.extents().length == 0) {
            FutureEnds.passOn(write(offset, length), whole);
          } else {
            zeroByAnswer(status, whole);
          }
        });
    submitter.accept(status);
  }

  private void zeroByAnswer(NbdRequest status, CompletableFuture<Void> whole) {
    PendingPieces pieces = new PendingPieces(() -> {});
    long[] extents = status.extents();
    int at = 0;
    int notZeroFrom = 0;
    for (int i = 0; i < extents.length && at < status.length; i += 2) {
      int next = (int) Math.min(status.length, at + extents[i]);
      if ((extents[i + 1] & NbdProtocol.STATE_ZERO) != 0) {
        addWrite(pieces, status.offset + notZeroFrom, at - notZeroFrom);
        notZeroFrom = next;
      }
      at = next;
    }
    addWrite(pieces, status.offset + notZeroFrom, at - notZeroFrom);
    if (at < status.length && at > 0) {
      CompletableFuture<Void> rest = new CompletableFuture<>();
      pieces.add(rest);
      zeroWhatIsNot(status.offset + at, status.length - at, rest);
    } else if (at == 0) {
      addWrite(pieces, status.offset, status.length);
    }
    FutureEnds.passOn(pieces.allAdded(), whole);
  }

  private void addWrite(PendingPieces pieces, long offset, int length) {
    if (length > 0) {
      pieces.add(write(offset, length));
    }
  }

  private CompletableFuture<Void> write(long offset, int length) {
    NbdRequest zeroes = NbdRequest.writeZeroes(offset, length, keepSpace);
    submitter.accept(zeroes);
    return zeroes.done;
  }
}
