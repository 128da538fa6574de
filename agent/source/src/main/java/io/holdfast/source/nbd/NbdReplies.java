package io.holdfast.source.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;

/**
 * Reads replies off a connection and puts their bytes where the requests want them. Used by one
 * thread. Anything the protocol does not allow throws NBD_PROTOCOL_VIOLATION: after that nothing
 * that follows can be trusted.
 */
final class NbdReplies {
  private static final int SIMPLE_BYTES = 16;
  private static final int STRUCTURED_BYTES = 20;
  private static final int MAX_ERROR_BYTES = 64 << 10;
  private static final int MAX_STATUS_BYTES = 16 << 20;
  private static final int EIO = 5;

  private final Input input;
  private final LongFunction<NbdRequest> inFlight;
  private final DiskFailures failures;
  private final ByteBuffer header = ByteBuffer.allocateDirect(STRUCTURED_BYTES);

  /**
   * @param input where replies come from
   * @param inFlight the request of a cookie, or null
   */
  NbdReplies(Input input, LongFunction<NbdRequest> inFlight, DiskFailures failures) {
    this.input = input;
    this.inFlight = inFlight;
    this.failures = failures;
  }

  /** Reads one reply or chunk; the request it was the last word on, or null. */
  NbdRequest next(boolean structuredReads) throws IOException {
    fill(SIMPLE_BYTES);
    int magic = header.getInt();
    if (magic == NbdProtocol.SIMPLE_REPLY_MAGIC) {
      return simple(structuredReads);
    }
    if (magic == NbdProtocol.STRUCTURED_REPLY_MAGIC && structuredReads) {
      return structured();
    }
    throw failures.protocolViolation(
        Reason.of(ReasonCode.NBD_REPLY_BEGINS, "value", Integer.toHexString(magic)));
  }

  private NbdRequest simple(boolean structuredReads) throws IOException {
    int errno = header.getInt();
    NbdRequest request = request(header.getLong());
    if (errno != 0) {
      request.failed(refusal(request, errno, ""));
    } else if (request.isRead()) {
      if (structuredReads) {
        throw failures.protocolViolation(Reason.of(ReasonCode.NBD_UNSTRUCTURED_REPLY));
      }
      input.receive(request.receiving(0, request.length));
    }
    return request;
  }

  private NbdRequest structured() throws IOException {
    int flags = header.getShort();
    int type = header.getShort() & 0xFFFF;
    NbdRequest request = request(header.getLong());
    fill(4);
    int length = header.getInt();
    if (length < 0) {
      throw failures.protocolViolation(
          Reason.of(ReasonCode.NBD_REPLY_LENGTH, "length", length & 0xFFFFFFFFL));
    }
    boolean last = (flags & NbdProtocol.REPLY_FLAG_DONE) != 0;
    if (type == NbdProtocol.REPLY_OFFSET_DATA && length > 8) {
      data(request, length - 8);
    } else if (type == NbdProtocol.REPLY_OFFSET_HOLE && length == 12) {
      hole(request);
    } else if (type == NbdProtocol.REPLY_BLOCK_STATUS
        && request.type == NbdProtocol.CMD_BLOCK_STATUS
        && length % 8 == 4
        && length <= MAX_STATUS_BYTES) {
      blockStatus(request, length);
    } else if ((type & NbdProtocol.REPLY_ERROR_BIT) != 0 && length <= MAX_ERROR_BYTES) {
      error(request, length);
    } else if (type != NbdProtocol.REPLY_NONE || length != 0 || !last) {
      throw failures.protocolViolation(
          Reason.of(ReasonCode.NBD_REPLY_KIND, "value", type, "length", length));
    }
    return last ? request : null;
  }

  private void data(NbdRequest request, int count) throws IOException {
    fill(8);
    input.receive(target(request, header.getLong(), count));
  }

  private void hole(NbdRequest request) throws IOException {
    fill(12);
    ByteBuffer zeros = target(request, header.getLong(), header.getInt());
    while (zeros.remaining() >= Long.BYTES) {
      zeros.putLong(0);
    }
    while (zeros.hasRemaining()) {
      zeros.put((byte) 0);
    }
  }

  private ByteBuffer target(NbdRequest request, long offset, int count) {
    ByteBuffer target = request.receiving(offset - request.offset, count);
    if (target == null) {
      throw failures.protocolViolation(
          Reason.of(ReasonCode.NBD_BYTES_NOT_ASKED, "offset", offset, "length", count));
    }
    return target;
  }

  private void blockStatus(NbdRequest request, int length) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(length);
    input.receive(payload);
    payload.flip().getInt();
    long[] extents = new long[payload.remaining() / 4];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = payload.getInt() & 0xFFFFFFFFL;
    }
    request.extents(extents);
  }

  private void error(NbdRequest request, int length) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(length);
    input.receive(payload);
    payload.flip();
    int errno = length >= 4 ? payload.getInt() : EIO;
    String words = "";
    if (length >= 6) {
      int wordBytes = Math.min(payload.getShort() & 0xFFFF, payload.remaining());
      words = UTF_8.decode(payload.slice(payload.position(), wordBytes)).toString();
    }
    request.failed(refusal(request, errno == 0 ? EIO : errno, words));
  }

  private BackupException refusal(NbdRequest request, int errno, String words) {
    String detail = NbdProtocol.errnoText(errno) + (words.isEmpty() ? "" : ": " + words);
    boolean stays = DiskFailures.stays(errno);
    if (request.isRead()) {
      return stays
          ? failures.mediumRead(request.offset, request.length, detail, null)
          : failures.read(request.offset, request.length, detail, null);
    }
    if (errno == NbdProtocol.ENOSPC) {
      return failures.spaceExhausted(request.offset, request.length, detail, null);
    }
    return stays
        ? failures.mediumWrite(request.offset, request.length, detail, null)
        : failures.write(request.offset, request.length, detail, null);
  }

  private NbdRequest request(long cookie) {
    NbdRequest request = inFlight.apply(cookie);
    if (request == null) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_REPLY_NOT_ASKED));
    }
    return request;
  }

  private void fill(int bytes) throws IOException {
    header.clear().limit(bytes);
    input.receive(header);
    header.flip();
  }

  /** Fills all remaining bytes of a buffer or fails. */
  interface Input {
    void receive(ByteBuffer into) throws IOException;
  }
}
