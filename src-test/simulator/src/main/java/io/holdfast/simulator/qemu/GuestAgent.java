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
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The agent inside a real guest, over its virtual serial port: one request at a time. Only one
 * connection at a time is served. Not safe for several threads.
 */
public final class GuestAgent implements Closeable {
  private static final long POLL_MILLIS = 50;
  private static final long FREEZE_MILLIS = 20_000;
  private static final byte DELIMITER = (byte) 0xff;

  /** The delimiter as the reader hands it on: no character of UTF-8. */
  private static final char DELIMITER_READ = '\uFFFD';

  private final SocketChannel channel;
  private final BufferedReader in;
  private final long timeoutMillis;

  /** Connects and waits until the agent answers; an IOException when it does not in time. */
  public GuestAgent(Path socket, long timeoutMillis) throws IOException {
    this.timeoutMillis = timeoutMillis;
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      // Not Channels.newReader: it ends at the first delimiter.
      in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      synchronize();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Has both sides drop what an earlier connection left unread, or half sent. */
  private void synchronize() throws IOException {
    long id = System.nanoTime() & 0xffff_ffffL;
    ObjectNode ask = Json.object().put("execute", "guest-sync-delimited");
    ask.set("arguments", Json.object().put("id", id));
    write(ByteBuffer.wrap(new byte[] {DELIMITER}));
    send(ask);
    while (true) {
      String line = line(timeoutMillis);
      int delimiter = line.lastIndexOf(DELIMITER_READ);
      if (delimiter >= 0 && answers(line.substring(delimiter + 1), id)) {
        return;
      }
    }
  }

  /** What is not JSON answers somebody else. */
  private static boolean answers(String text, long id) {
    try {
      return Json.parse(text).path("return").asLong(-1) == id;
    } catch (IOException e) {
      return false;
    }
  }

  private void send(ObjectNode request) throws IOException {
    write(ByteBuffer.wrap((request.toString() + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private String line(long millis) throws IOException {
    FutureTask<String> reading = new FutureTask<>(in::readLine);
    Thread thread = new Thread(reading, "guest-agent");
    thread.setDaemon(true);
    thread.start();
    try {
      String line = reading.get(millis, TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new IOException("the guest's agent is gone");
      }
      return line;
    } catch (TimeoutException e) {
      channel.close();
      throw new IOException("the guest's agent does not answer", e);
    } catch (ExecutionException e) {
      throw new IOException("the guest's agent is gone", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** One command; an IOException with the agent's words when it refuses. */
  public JsonNode execute(String command, JsonNode arguments) throws IOException {
    ObjectNode ask = Json.object().put("execute", command);
    if (arguments != null && arguments.isObject()) {
      ask.set("arguments", arguments);
    }
    send(ask);
    return result(line(timeoutMillis));
  }

  private static JsonNode result(String line) throws IOException {
    JsonNode answer = Json.parse(line);
    if (answer.has("error")) {
      throw new IOException(answer.path("error").path("desc").asText());
    }
    return answer.path("return");
  }

  /**
   * Freezes its file systems; how many there are. Writing out what is in memory takes its time, so
   * this has a limit of its own. After an IOException they may be frozen, or may be later.
   */
  public int freeze() throws IOException {
    send(Json.object().put("execute", "guest-fsfreeze-freeze"));
    return result(line(FREEZE_MILLIS)).asInt();
  }

  /** Whether they are frozen. */
  public boolean isFrozen() throws IOException {
    return execute("guest-fsfreeze-status", null).asText().equals("frozen");
  }

  /** Thaws them; how many were frozen. */
  public int thaw() throws IOException {
    return execute("guest-fsfreeze-thaw", null).asInt();
  }

  /** Runs a shell command in the guest: its exit code and what it said. */
  public ObjectNode run(String command) throws IOException {
    ObjectNode arguments = Json.object().put("path", "/bin/sh").put("capture-output", true);
    arguments.putArray("arg").add("-c").add(command);
    long pid = execute("guest-exec", arguments).path("pid").asLong();
    while (true) {
      JsonNode status = execute("guest-exec-status", Json.object().put("pid", pid));
      if (status.path("exited").asBoolean()) {
        return Json.object()
            .put("exit", status.path("exitcode").asInt(-1))
            .put("out", decoded(status, "out-data"))
            .put("err", decoded(status, "err-data"));
      }
      NbdProcess.sleep(POLL_MILLIS);
    }
  }

  private static String decoded(JsonNode status, String name) {
    return new String(
        Base64.getDecoder().decode(status.path(name).asText("")), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
