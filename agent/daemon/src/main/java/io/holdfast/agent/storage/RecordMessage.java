package io.holdfast.agent.storage;

import com.google.protobuf.MessageLite;
import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A message of the protocol whose last field is chunk records: a head that is parsed, and bytes
 * that stay where they are until somebody takes them. Used by one thread at a time.
 *
 * @param <H> what precedes the records
 */
public final class RecordMessage<H extends MessageLite> implements AutoCloseable {
  private static final int STEP_BYTES = 1 << 14;

  private final H head;
  private final int recordBytes;
  private final ByteBuffer outgoing;
  private final InputStream incoming;

  private RecordMessage(H head, int recordBytes, ByteBuffer outgoing, InputStream incoming) {
    this.head = head;
    this.recordBytes = recordBytes;
    this.outgoing = outgoing;
    this.incoming = incoming;
  }

  /**
   * A message to be sent.
   *
   * @param records remaining; not changed and not touched by the caller until the call is answered
   */
  public static <H extends MessageLite> RecordMessage<H> outgoing(H head, ByteBuffer records) {
    return new RecordMessage<>(head, records.remaining(), records, InputStream.nullInputStream());
  }

  static <H extends MessageLite> RecordMessage<H> incoming(
      H head, int recordBytes, InputStream records) {
    return new RecordMessage<>(head, recordBytes, ByteBuffer.allocate(0), records);
  }

  public H head() {
    return head;
  }

  /** Length of all records. */
  public int recordBytes() {
    return recordBytes;
  }

  /** What is to be sent; a view of its own. */
  ByteBuffer toSend() {
    return outgoing.duplicate();
  }

  /**
   * Takes the records of a message that was received; once.
   *
   * @param into room for {@link #recordBytes}; its position moves
   */
  public void takeRecords(ByteBuffer into) {
    try {
      int left = recordBytes;
      if (incoming instanceof HasByteBuffer buffers && buffers.byteBufferSupported()) {
        while (left > 0) {
          left -= takeBuffer(buffers.getByteBuffer(), left, into);
        }
        return;
      }
      byte[] step = new byte[Math.min(STEP_BYTES, Math.max(1, left))];
      while (left > 0) {
        int read = incoming.read(step, 0, Math.min(step.length, left));
        requireMore(read > 0);
        into.put(step, 0, read);
        left -= read;
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private int takeBuffer(ByteBuffer next, int left, ByteBuffer into) throws IOException {
    requireMore(next != null && next.hasRemaining());
    int length = Math.min(next.remaining(), left);
    into.put(next.duplicate().limit(next.position() + length));
    incoming.skipNBytes(length);
    return length;
  }

  private static void requireMore(boolean more) throws EOFException {
    if (!more) {
      throw new EOFException("a message ends before its records do");
    }
  }

  /** Gives the transport's buffers back. Idempotent. */
  @Override
  public void close() {
    try {
      incoming.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
