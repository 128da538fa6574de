package io.holdfast.simulator.qemu;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A small NBD client for the simulator's own use over unix sockets: one request at a time, one meta
 * context. Not safe for several threads.
 */
public final class NbdClient implements Closeable {
  private static final long OPTION_MAGIC = 0x49484156454F5054L;
  private static final int OPT_GO = 7;
  private static final int OPT_STRUCTURED_REPLY = 8;
  private static final int OPT_SET_META_CONTEXT = 10;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int SIMPLE_REPLY = 0x67446698;
  private static final int STRUCTURED_REPLY = 0x668e33ef;
  private static final int CMD_READ = 0;
  private static final int CMD_WRITE = 1;
  private static final int CMD_DISCONNECT = 2;
  private static final int CMD_FLUSH = 3;
  private static final int CMD_TRIM = 4;
  private static final int CMD_BLOCK_STATUS = 7;
  private static final long STATUS_STEP = 1L << 30;

  private final SocketChannel channel;
  private long sizeBytes;
  private int transmissionFlags;

  /** Connects to an export; {@code context} is a meta context to ask for, or null. */
  public NbdClient(Path socket, String export, String context) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      negotiate(export, context);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Size of the disk in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** The server's transmission flags. */
  public int transmissionFlags() {
    return transmissionFlags;
  }

  private void negotiate(String export, String context) throws IOException {
    receive(18);
    ByteBuffer flags = ByteBuffer.allocate(4).putInt(3).flip();
    send(flags);
    byte[] name = export.getBytes(StandardCharsets.UTF_8);
    option(OPT_STRUCTURED_REPLY, new byte[0]);
    optionReplies();
    if (context != null) {
      byte[] query = context.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(name.length);
      out.write(name);
      out.writeInt(1);
      out.writeInt(query.length);
      out.write(query);
      option(OPT_SET_META_CONTEXT, bytes.toByteArray());
      optionReplies();
    }
    ByteBuffer go =
        ByteBuffer.allocate(6 + name.length).putInt(name.length).put(name).putShort((short) 0);
    option(OPT_GO, go.array());
    optionReplies();
  }

  private void option(int option, byte[] content) throws IOException {
    send(
        ByteBuffer.allocate(16 + content.length)
            .putLong(OPTION_MAGIC)
            .putInt(option)
            .putInt(content.length)
            .put(content)
            .flip());
  }

  private void optionReplies() throws IOException {
    while (true) {
      ByteBuffer head = receive(20);
      head.getLong();
      int option = head.getInt();
      int type = head.getInt();
      ByteBuffer content = receive(head.getInt());
      if (type < 0) {
        throw new IOException(
            "NBD option "
                + option
                + " refused: "
                + new String(content.array(), StandardCharsets.UTF_8));
      }
      if (type == 3 && content.getShort() == 0) {
        sizeBytes = content.getLong();
        transmissionFlags = content.getShort() & 0xffff;
      }
      if (type == 1) {
        return;
      }
    }
  }

  /** Reads exactly {@code length} bytes. */
  public byte[] read(long offset, int length) throws IOException {
    request(CMD_READ, offset, length);
    byte[] result = new byte[length];
    boolean done = false;
    while (!done) {
      ByteBuffer magic = receive(4);
      int kind = magic.getInt();
      if (kind != STRUCTURED_REPLY) {
        throw new IOException("unexpected NBD reply");
      }
      ByteBuffer head = receive(16);
      done = (head.getShort() & 1) != 0;
      int type = head.getShort() & 0xffff;
      head.getLong();
      int size = head.getInt();
      if (type == 1) {
        long at = receive(8).getLong();
        ByteBuffer target = ByteBuffer.wrap(result, (int) (at - offset), size - 8);
        fill(target);
      } else if (type != 0) {
        ByteBuffer content = receive(size);
        if (type != 2) {
          throw new IOException("NBD read error " + content.getInt());
        }
      }
    }
    return result;
  }

  /** Writes all remaining bytes. */
  public void write(long offset, ByteBuffer bytes) throws IOException {
    request(CMD_WRITE, offset, bytes.remaining());
    send(bytes);
    simpleReply();
  }

  /** Gives a range back. */
  public void trim(long offset, int length) throws IOException {
    request(CMD_TRIM, offset, length);
    simpleReply();
  }

  /** Makes everything written durable. */
  public void flush() throws IOException {
    request(CMD_FLUSH, 0, 0);
    simpleReply();
  }

  /**
   * Walks the context over the whole disk.
   *
   * @return merged half-open ranges {offset, length} whose flags satisfy {@code (flags & mask) ==
   *     wanted}
   */
  public List<long[]> ranges(int mask, int wanted) throws IOException {
    List<long[]> result = new ArrayList<>();
    long at = 0;
    while (at < sizeBytes) {
      int step = (int) Math.min(STATUS_STEP, sizeBytes - at);
      request(CMD_BLOCK_STATUS, at, step);
      at = statusReply(at, Math.min(sizeBytes, at + step), mask, wanted, result);
    }
    return result;
  }

  private long statusReply(long from, long limit, int mask, int wanted, List<long[]> result)
      throws IOException {
    long at = from;
    boolean done = false;
    while (!done) {
      ByteBuffer head = receive(20);
      head.getInt();
      done = (head.getShort() & 1) != 0;
      int type = head.getShort() & 0xffff;
      head.getLong();
      ByteBuffer content = receive(head.getInt());
      if (type >= 0x8000) {
        throw new IOException("NBD block status error " + content.getInt());
      }
      if (type != 5) {
        continue;
      }
      content.getInt();
      while (content.hasRemaining() && at < limit) {
        long length = Math.min(content.getInt() & 0xffffffffL, limit - at);
        if ((content.getInt() & mask) == wanted) {
          add(result, at, length);
        }
        at += length;
      }
    }
    return at;
  }

  private static void add(List<long[]> ranges, long offset, long length) {
    if (!ranges.isEmpty()) {
      long[] last = ranges.get(ranges.size() - 1);
      if (last[0] + last[1] == offset) {
        last[1] += length;
        return;
      }
    }
    ranges.add(new long[] {offset, length});
  }

  private void simpleReply() throws IOException {
    ByteBuffer magic = receive(4);
    if (magic.getInt() == SIMPLE_REPLY) {
      int error = receive(12).getInt();
      if (error != 0) {
        throw new IOException("NBD error " + error);
      }
      return;
    }
    ByteBuffer head = receive(16);
    head.getShort();
    int type = head.getShort() & 0xffff;
    head.getLong();
    ByteBuffer content = receive(head.getInt());
    if (type >= 0x8000) {
      throw new IOException("NBD error " + content.getInt());
    }
  }

  private void request(int type, long offset, int length) throws IOException {
    send(
        ByteBuffer.allocate(28)
            .putInt(REQUEST_MAGIC)
            .putShort((short) 0)
            .putShort((short) type)
            .putLong(1)
            .putLong(offset)
            .putInt(length)
            .flip());
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer receive(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    fill(bytes);
    return bytes.flip();
  }

  private void fill(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("NBD server closed the connection");
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      request(CMD_DISCONNECT, 0, 0);
    } catch (IOException e) {
      // The server is gone already; closing is all that is left.
    }
    channel.close();
  }
}
