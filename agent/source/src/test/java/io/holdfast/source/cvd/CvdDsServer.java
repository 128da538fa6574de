package io.holdfast.source.cvd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.toolkit.FaultProxy;
import io.holdfast.toolkit.QemuNbd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The control side of cvd-ds, as much as the SDK uses, with one image behind it: each open starts a
 * real qemu-nbd behind a fault proxy as data port. A handle's image is released by its close.
 */
final class CvdDsServer implements AutoCloseable {
  static final String USER = "admin";
  static final String PASSWORD = "p\"w\\ 密码";

  private final ServerSocket listener;
  private final Path image;
  private final String format;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, QemuNbd> exports = new ConcurrentHashMap<>();
  private final List<FaultProxy> dataPorts = new CopyOnWriteArrayList<>();
  private volatile String reply;

  CvdDsServer(Path image, String format) {
    this.image = image;
    this.format = format;
    try {
      listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::acceptAll);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** All lines received, in order. */
  List<String> requests() {
    return requests;
  }

  /** The proxies in front of the data ports, in the order of opening. */
  List<FaultProxy> dataPorts() {
    return dataPorts;
  }

  /** From now on "open" is answered by this line instead; %d stands for the id. */
  CvdDsServer answeringOpenWith(String line) {
    reply = line;
    return this;
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket client = listener.accept();
      start(() -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
      OutputStream out = client.getOutputStream();
      boolean known = false;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        requests.add(line);
        String id = field(line, "id");
        String answer;
        switch (field(line, "op")) {
          case "hello" -> {
            known = line.contains("\"password\":\"p\\\"w\\\\ 密码\"") && line.contains(USER);
            answer = known ? ok(id, "\"server\":\"cvd-ds\"") : refusal(id, "AUTH", "口令错误");
          }
          case "open" -> answer = known ? open(id, line) : refusal(id, "AUTH", "no hello");
          case "close" -> {
            Optional.ofNullable(exports.remove(field(line, "handle"))).ifPresent(QemuNbd::close);
            answer = ok(id, "\"closed\":[{\"ok\":false,\"nested\":\"}\"}]");
          }
          default -> answer = ok(id, "\"time\":1763685600123");
        }
        out.write((answer + "\n").getBytes(UTF_8));
      }
    }
  }

  private String open(String id, String line) throws IOException {
    if (reply != null) {
      return reply.formatted(Integer.parseInt(id));
    }
    String handle = "h" + (exports.size() + 1);
    QemuNbd export =
        line.contains("\"mode\":\"rw\"")
            ? QemuNbd.writable(image, format, handle)
            : QemuNbd.readOnly(image, format, handle);
    exports.put(handle, export);
    FaultProxy proxy = new FaultProxy(export.address());
    dataPorts.add(proxy);
    return ok(
        id,
        "\"handle\":\"%s\",\"size\":%d,\"blockSize\":65536,\"dataPort\":%d,\"export\":\"\\u0068%s\""
            .formatted(handle, virtualSize(), proxy.port(), handle.substring(1)));
  }

  private long virtualSize() throws IOException {
    if (format.equals("raw")) {
      return Files.size(image);
    }
    try (SeekableByteChannel channel = Files.newByteChannel(image)) {
      ByteBuffer header = ByteBuffer.allocate(32);
      channel.read(header);
      return header.getLong(24);
    }
  }

  private static String ok(String id, String fields) {
    return "{ \"id\" : " + id + ", \"ok\":true, " + fields + "}";
  }

  static String refusal(String id, String code, String message) {
    return "{\"ok\":false,\"id\":%s,\"code\":\"%s\",\"message\":\"%s\"}"
        .formatted(id, code, message);
  }

  private static String field(String line, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(line);
    if (!matcher.find()) {
      throw new IllegalStateException(name + " is missing in " + line);
    }
    return matcher.group(1);
  }

  private static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException clientLeft) {
                // The test is over, or its client gave up.
              }
            },
            "cvd-ds");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dataPorts.forEach(FaultProxy::close);
    exports.values().forEach(QemuNbd::close);
  }

  private interface Work {
    void run() throws IOException;
  }
}
