package io.holdfast.source.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Agrees with the server on an export: fixed newstyle, structured replies if it can, GO or, with
 * old servers, EXPORT_NAME. Used once, by one thread.
 */
final class NbdHandshake {
  private static final int MAX_REPLY_BYTES = 64 << 10;

  private final SocketChannel channel;
  private final DiskFailures failures;
  private boolean structuredReplies;
  private long sizeBytes = -1;
  private int flags;
  private int minBlockBytes = 1;
  private int maxPayloadBytes = NbdProtocol.DEFAULT_MAX_PAYLOAD_BYTES;

  NbdHandshake(SocketChannel channel, DiskFailures failures) {
    this.channel = channel;
    this.failures = failures;
  }

  /**
   * Negotiates; the channel is in the transmission phase afterwards.
   *
   * @throws IOException when the connection ends
   * @throws io.holdfast.error.BackupException DISK_OPEN_REFUSED, NBD_PROTOCOL_VIOLATION
   */
  NbdExportTerms negotiate(String exportName) throws IOException {
    boolean noZeroes = greet();
    byte[] name = exportName.getBytes(UTF_8);
    structuredReplies = requestStructuredReplies();
    boolean tellsZeros = structuredReplies && requestAllocationContext(name);
    if (!go(name)) {
      exportName(name, noZeroes);
    }
    if (sizeBytes < 0) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_NO_SIZE));
    }
    return new NbdExportTerms(
        sizeBytes, flags, minBlockBytes, maxPayloadBytes, structuredReplies, tellsZeros);
  }

  private boolean greet() throws IOException {
    ByteBuffer greeting = receive(18);
    if (greeting.getLong() != NbdProtocol.NBDMAGIC || greeting.getLong() != NbdProtocol.IHAVEOPT) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_NOT_NEWSTYLE));
    }
    int offered = greeting.getShort();
    if ((offered & NbdProtocol.FLAG_FIXED_NEWSTYLE) == 0) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_NOT_FIXED));
    }
    int answer = offered & (NbdProtocol.FLAG_FIXED_NEWSTYLE | NbdProtocol.FLAG_NO_ZEROES);
    send(ByteBuffer.allocate(4).putInt(answer));
    return (answer & NbdProtocol.FLAG_NO_ZEROES) != 0;
  }

  private boolean requestStructuredReplies() throws IOException {
    sendOption(NbdProtocol.OPT_STRUCTURED_REPLY, ByteBuffer.allocate(0));
    return receiveOptionReply(NbdProtocol.OPT_STRUCTURED_REPLY).type == NbdProtocol.REP_ACK;
  }

  private boolean requestAllocationContext(byte[] name) throws IOException {
    byte[] context = NbdProtocol.BASE_ALLOCATION.getBytes(UTF_8);
    ByteBuffer request = ByteBuffer.allocate(4 + name.length + 4 + 4 + context.length);
    request.putInt(name.length).put(name).putInt(1).putInt(context.length).put(context);
    sendOption(NbdProtocol.OPT_SET_META_CONTEXT, request);
    boolean granted = false;
    while (true) {
      int type = receiveOptionReply(NbdProtocol.OPT_SET_META_CONTEXT).type;
      if (type != NbdProtocol.REP_META_CONTEXT) {
        return granted && type == NbdProtocol.REP_ACK;
      }
      granted = true;
    }
  }

  /** Enters transmission by GO; false when the server does not know it. */
  private boolean go(byte[] name) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(4 + name.length + 2 + 2);
    request.putInt(name.length).put(name).putShort((short) 1);
    request.putShort((short) NbdProtocol.INFO_BLOCK_SIZE);
    sendOption(NbdProtocol.OPT_GO, request);
    while (true) {
      OptionReply reply = receiveOptionReply(NbdProtocol.OPT_GO);
      if (reply.type == NbdProtocol.REP_ACK) {
        return true;
      }
      if (reply.type == NbdProtocol.REP_INFO) {
        readTerms(reply.payload);
      } else if (reply.type == NbdProtocol.REP_ERR_UNSUP) {
        return false;
      } else {
        String words = UTF_8.decode(reply.payload).toString().strip();
        int error = reply.type & ~NbdProtocol.REP_ERROR;
        throw failures.openRefused(
            words.isEmpty() ? Reason.of(ReasonCode.NBD_OPTION_ERROR, "number", error) : words,
            null);
      }
    }
  }

  private void readTerms(ByteBuffer payload) {
    if (payload.remaining() < 2) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_EMPTY_DESCRIPTION));
    }
    int kind = payload.getShort();
    if (kind == NbdProtocol.INFO_EXPORT && payload.remaining() >= 10) {
      sizeBytes = payload.getLong();
      flags = payload.getShort();
    } else if (kind == NbdProtocol.INFO_BLOCK_SIZE && payload.remaining() >= 12) {
      minBlockBytes = payload.getInt();
      payload.getInt();
      long maximum = payload.getInt() & 0xFFFFFFFFL;
      maxPayloadBytes = (int) Math.min(maximum, NbdProtocol.DEFAULT_MAX_PAYLOAD_BYTES);
      if (minBlockBytes < 1
          || Integer.bitCount(minBlockBytes) != 1
          || maxPayloadBytes < minBlockBytes) {
        throw failures.protocolViolation(
            Reason.of(ReasonCode.NBD_BLOCK_SIZES, "min", minBlockBytes, "max", maxPayloadBytes));
      }
    }
  }

  private void exportName(byte[] name, boolean noZeroes) throws IOException {
    sendOption(NbdProtocol.OPT_EXPORT_NAME, ByteBuffer.wrap(name).position(name.length));
    try {
      ByteBuffer terms = receive(noZeroes ? 10 : 134);
      sizeBytes = terms.getLong();
      flags = terms.getShort();
    } catch (EOFException refused) {
      throw failures.openRefused(Reason.of(ReasonCode.NO_SUCH_EXPORT), refused);
    }
  }

  private void sendOption(int option, ByteBuffer filled) throws IOException {
    filled.flip();
    ByteBuffer message = ByteBuffer.allocate(16 + filled.remaining());
    message.putLong(NbdProtocol.IHAVEOPT).putInt(option).putInt(filled.remaining()).put(filled);
    send(message);
  }

  private OptionReply receiveOptionReply(int option) throws IOException {
    ByteBuffer header = receive(20);
    long magic = header.getLong();
    int answered = header.getInt();
    int type = header.getInt();
    int length = header.getInt();
    if (magic != NbdProtocol.OPTION_REPLY_MAGIC
        || answered != option
        || length < 0
        || length > MAX_REPLY_BYTES) {
      throw failures.protocolViolation(Reason.of(ReasonCode.NBD_HANDSHAKE_ANSWER));
    }
    return new OptionReply(type, receive(length));
  }

  private void send(ByteBuffer filled) throws IOException {
    filled.flip();
    while (filled.hasRemaining()) {
      channel.write(filled);
    }
  }

  private ByteBuffer receive(int bytes) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(bytes);
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the server closed the connection in the handshake");
      }
    }
    return into.flip();
  }

  private record OptionReply(int type, ByteBuffer payload) {}
}
