package io.holdfast.agent.storage;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Detachable;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Writes and reads {@link RecordMessage}s as protobuf messages {@code {head = 1; bytes records =
 * 2}} whose records are the last field: on the way out they go from the caller's buffer to the
 * transport's, on the way in they stay in the transport's until they are taken. Stateless.
 *
 * @param <H> type of field 1
 */
final class RecordMarshaller<H extends MessageLite>
    implements MethodDescriptor.Marshaller<RecordMessage<H>> {
  private static final int HEAD_TAG = 1 << 3 | 2;
  private static final int RECORDS_TAG = 2 << 3 | 2;
  private static final int MAX_HEAD_BYTES = 4 << 20;

  private final Parser<H> heads;

  RecordMarshaller(Parser<H> heads) {
    this.heads = heads;
  }

  @Override
  public InputStream stream(RecordMessage<H> message) {
    return new Outgoing(prefix(message), message.toSend());
  }

  private static byte[] prefix(RecordMessage<?> message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeUInt32NoTag(HEAD_TAG);
      out.writeUInt32NoTag(message.head().getSerializedSize());
      message.head().writeTo(out);
      out.writeUInt32NoTag(RECORDS_TAG);
      out.writeUInt32NoTag(message.recordBytes());
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  @Override
  public RecordMessage<H> parse(InputStream stream) {
    try {
      require(stream.read() == HEAD_TAG);
      byte[] head = stream.readNBytes(length(stream));
      H parsed = heads.parseFrom(head);
      require(stream.read() == RECORDS_TAG);
      int recordBytes = length(stream, Integer.MAX_VALUE);
      require(stream.available() == recordBytes);
      InputStream records =
          stream instanceof Detachable detachable ? detachable.detach() : copied(stream);
      return RecordMessage.incoming(parsed, recordBytes, records);
    } catch (IOException unreadable) {
      throw Status.INTERNAL
          .withDescription("not a message with records")
          .withCause(unreadable)
          .asRuntimeException();
    }
  }

  private static InputStream copied(InputStream stream) throws IOException {
    return new java.io.ByteArrayInputStream(stream.readAllBytes());
  }

  private static int length(InputStream stream) throws IOException {
    return length(stream, MAX_HEAD_BYTES);
  }

  private static int length(InputStream stream, int most) throws IOException {
    int first = stream.read();
    require(first >= 0);
    int length = CodedInputStream.readRawVarint32(first, stream);
    require(length >= 0 && length <= most);
    return length;
  }

  private static void require(boolean readable) throws IOException {
    if (!readable) {
      throw new IOException("unexpected field");
    }
  }

  /** Prefix and records, for the transport to take. */
  private static final class Outgoing extends InputStream implements KnownLength, Drainable {
    private static final int STEP_BYTES = 1 << 16;
    private static final ThreadLocal<byte[]> STEP =
        ThreadLocal.withInitial(() -> new byte[STEP_BYTES]);

    private final ByteBuffer prefix;
    private final ByteBuffer records;

    Outgoing(byte[] prefix, ByteBuffer records) {
      this.prefix = ByteBuffer.wrap(prefix);
      this.records = records;
    }

    @Override
    public int available() {
      return prefix.remaining() + records.remaining();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int length = available();
      target.write(prefix.array(), prefix.position(), prefix.remaining());
      prefix.position(prefix.limit());
      byte[] step = STEP.get();
      while (records.hasRemaining()) {
        int part = Math.min(step.length, records.remaining());
        records.get(step, 0, part);
        target.write(step, 0, part);
      }
      return length;
    }

    @Override
    public int read() {
      ByteBuffer from = prefix.hasRemaining() ? prefix : records;
      return from.hasRemaining() ? Byte.toUnsignedInt(from.get()) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      ByteBuffer from = prefix.hasRemaining() ? prefix : records;
      if (!from.hasRemaining()) {
        return -1;
      }
      int part = Math.min(length, from.remaining());
      from.get(into, offset, part);
      return part;
    }
  }
}
