package io.holdfast.simulator.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
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

  private final SocketChannel channel;
  private final BufferedReader in;
  private final long timeoutMillis;

  /** Connects and waits until the agent answers; an IOException when it does not in time. */
  public GuestAgent(Path socket, long timeoutMillis) throws IOException {
    this.timeoutMillis = timeoutMillis;
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      synchronize();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Reads away what an earlier connection left unread. */
  private void synchronize() throws IOException {
    long id = System.nanoTime() & 0xffff_ffffL;
    ObjectNode ask = Json.object().put("execute", "guest-sync");
    ask.set("arguments", Json.object().put("id", id));
    send(ask);
    while (receive().path("return").asLong(-1) != id) {
      // An answer to somebody else.
    }
  }

  private void send(ObjectNode request) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap((request.toString() + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private JsonNode receive() throws IOException {
    FutureTask<String> reading = new FutureTask<>(in::readLine);
    Thread thread = new Thread(reading, "guest-agent");
    thread.setDaemon(true);
    thread.start();
    try {
      String line = reading.get(timeoutMillis, TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new IOException("the guest's agent is gone");
      }
      return Json.parse(line);
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
    JsonNode answer = receive();
    if (answer.has("error")) {
      throw new IOException(answer.path("error").path("desc").asText());
    }
    return answer.path("return");
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
