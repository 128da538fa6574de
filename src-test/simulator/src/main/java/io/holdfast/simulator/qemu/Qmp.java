package io.holdfast.simulator.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A QMP connection to one QEMU. Commands run one at a time from any thread; events are kept until
 * awaited (the last 256).
 */
public final class Qmp implements Closeable {
  private static final int KEPT_EVENTS = 256;
  private static final Duration REPLY_TIMEOUT = Duration.ofMinutes(5);

  private final SocketChannel channel;
  private final LinkedBlockingQueue<JsonNode> replies = new LinkedBlockingQueue<>();
  private final Deque<JsonNode> events = new ArrayDeque<>();
  private final Runnable onClose;
  private volatile boolean closed;

  /**
   * Connects and negotiates; {@code onClose} runs once, on the reader's thread, when QEMU goes
   * away.
   */
  public Qmp(Path socket, Runnable onClose) throws IOException {
    this.onClose = onClose;
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    Thread reader = new Thread(this::readLoop, "qmp-" + socket.getFileName());
    reader.setDaemon(true);
    reader.start();
    execute("qmp_capabilities", null);
  }

  private void readLoop() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode message = Json.parse(line);
        if (message.has("event")) {
          synchronized (events) {
            events.addLast(message);
            if (events.size() > KEPT_EVENTS) {
              events.removeFirst();
            }
            events.notifyAll();
          }
        } else if (!message.has("QMP")) {
          replies.add(message);
        }
      }
    } catch (IOException e) {
      // The connection is gone; what follows is the same as at its end.
    }
    closed = true;
    replies.add(Json.object());
    synchronized (events) {
      events.notifyAll();
    }
    onClose.run();
  }

  /** Runs one command and returns its result; an error reply becomes a {@link QmpException}. */
  public synchronized JsonNode execute(String command, ObjectNode arguments) throws IOException {
    ObjectNode message = Json.object().put("execute", command);
    if (arguments != null) {
      message.set("arguments", arguments);
    }
    if (closed) {
      throw new IOException("QEMU is gone");
    }
    ByteBuffer line =
        ByteBuffer.wrap(
            (new String(Json.bytes(message), StandardCharsets.UTF_8) + "\n")
                .getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      channel.write(line);
    }
    JsonNode reply;
    try {
      reply = replies.poll(REPLY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (reply == null || reply.isEmpty()) {
      throw new IOException("QEMU is gone or does not answer " + command);
    }
    if (reply.has("error")) {
      throw new QmpException(command, reply.get("error").path("desc").asText());
    }
    return reply.get("return");
  }

  /** Runs a command of the human monitor. */
  public String human(String line) throws IOException {
    return execute("human-monitor-command", Json.object().put("command-line", line))
        .asText()
        .trim();
  }

  /** Whether something in the guest has opened the port behind a character device. */
  public boolean isOpenInGuest(String device) throws IOException {
    for (JsonNode each : execute("query-chardev", null)) {
      if (each.path("label").asText().equals(device)) {
        return each.path("frontend-open").asBoolean();
      }
    }
    return false;
  }

  /** Waits for an event and takes it out of the kept ones. */
  public JsonNode awaitEvent(Predicate<JsonNode> wanted, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (events) {
      while (true) {
        for (JsonNode event : events) {
          if (wanted.test(event)) {
            events.remove(event);
            return event;
          }
        }
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (closed || left <= 0) {
          throw new IOException(closed ? "QEMU is gone" : "no event from QEMU");
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
  }

  /**
   * Waits until QEMU has closed the connection, which it does after its disks; false on time-out.
   */
  public boolean awaitClosed(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (events) {
      while (!closed) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        try {
          events.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
