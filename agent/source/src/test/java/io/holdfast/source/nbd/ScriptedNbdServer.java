package io.holdfast.source.nbd;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * An NBD server of one connection whose answers to reads are written by the test: for what no real
 * server does. It knows EXPORT_NAME only and no structured replies, as servers of old did.
 */
final class ScriptedNbdServer {
  static final long SIZE_BYTES = 1 << 20;

  private ScriptedNbdServer() {}

  /** Closing the returned socket ends the server. */
  static ServerSocket answeringReadsWith(Function<Request, ByteBuffer> answer) {
    try {
      ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      Thread thread =
          new Thread(
              () -> {
                try (Socket client = listener.accept()) {
                  serve(client, answer);
                } catch (IOException clientLeft) {
                  // The test is over.
                }
              },
              "scripted-nbd");
      thread.setDaemon(true);
      thread.start();
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(Socket client, Function<Request, ByteBuffer> answer)
      throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    DataOutputStream out = new DataOutputStream(client.getOutputStream());
    out.writeLong(NbdProtocol.NBDMAGIC);
    out.writeLong(NbdProtocol.IHAVEOPT);
    out.writeShort(NbdProtocol.FLAG_FIXED_NEWSTYLE | NbdProtocol.FLAG_NO_ZEROES);
    in.readInt();
    while (true) {
      in.readLong();
      int option = in.readInt();
      in.skipNBytes(in.readInt());
      if (option == NbdProtocol.OPT_EXPORT_NAME) {
        break;
      }
      out.writeLong(NbdProtocol.OPTION_REPLY_MAGIC);
      out.writeInt(option);
      out.writeInt(NbdProtocol.REP_ERR_UNSUP);
      out.writeInt(0);
    }
    out.writeLong(SIZE_BYTES);
    out.writeShort(1);
    while (true) {
      in.readInt();
      in.readShort();
      int type = in.readUnsignedShort();
      Request request = new Request(in.readLong(), in.readLong(), in.readInt());
      if (type != NbdProtocol.CMD_READ) {
        return;
      }
      ByteBuffer reply = answer.apply(request);
      byte[] bytes = new byte[reply.remaining()];
      reply.get(bytes);
      out.write(bytes);
    }
  }

  /** A read that the client asked for. */
  record Request(long cookie, long offset, int length) {}
}
