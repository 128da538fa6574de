package io.holdfast.simulator.cvd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.rest.Logins;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.StateStore;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** cvd-ds of one CVK: the control port, on one address. One thread per connection. SIM-03. */
public final class CvdServer implements Closeable {
  private static final Logger LOG = Logger.getLogger(CvdServer.class.getName());
  private static final int IDLE_MILLIS = 60_000;
  private static final int MAX_LINE_BYTES = 64 << 10;

  private final ServerSocket listener;
  private final Host host;
  private final Context context;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  /** What all control ports share. */
  public record Context(
      Handles handles,
      Logins logins,
      Faults faults,
      StateStore store,
      Journal journal,
      Clock clock) {}

  public CvdServer(Host host, InetSocketAddress address, Context context) throws IOException {
    this.host = host;
    this.context = context;
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(address);
    Thread thread = new Thread(this::acceptLoop, "cvd-" + host.name);
    thread.setDaemon(true);
    thread.start();
  }

  Host host() {
    return host;
  }

  private void acceptLoop() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.add(socket);
        Thread thread = new Thread(() -> serve(socket), "cvd-session");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // The listener was closed, or one client went away while connecting.
      }
    }
  }

  private void serve(Socket socket) {
    Session session = new Session(socket);
    try (socket) {
      socket.setSoTimeout(IDLE_MILLIS);
      socket.setTcpNoDelay(true);
      session.run(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
    } catch (IOException e) {
      LOG.log(Level.FINE, "control connection ended", e);
    } finally {
      connections.remove(socket);
      session.own.forEach(context.handles()::close);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }

  /** One control connection and the handles it owns. */
  private final class Session {
    private final Socket socket;
    private final List<String> own = new ArrayList<>();
    private boolean greeted;

    Session(Socket socket) {
      this.socket = socket;
    }

    void run(InputStream in, OutputStream out) throws IOException {
      for (String line = line(in); line != null; line = line(in)) {
        if (!line.isBlank() && !answer(line, out)) {
          return;
        }
      }
    }

    private boolean answer(String line, OutputStream out) throws IOException {
      JsonNode request;
      try {
        request = Json.parse(line);
      } catch (com.fasterxml.jackson.core.JacksonException e) {
        request = Json.object();
      }
      String op = Json.text(request, "op", "");
      long begun = Journal.begin();
      Optional<Fault> fault =
          context.faults().on("cvd-control " + op, context.handles().subject(request));
      String action = fault.map(Fault::action).orElse("");
      if (action.equals("drop")) {
        return false;
      }
      if (action.equals("delay") || action.equals("hang")) {
        context.faults().pause(fault.get());
      }
      ObjectNode reply = Json.object();
      if (request.has("id")) {
        reply.set("id", request.get("id"));
      }
      if (action.equals("error-code")) {
        refuse(
            reply, fault.get().text("code", "IO"), fault.get().text("message", "ordered failure"));
      } else {
        perform(op, request, reply);
      }
      note(op, request, reply, begun);
      if (action.equals("drop-after")) {
        return false;
      }
      String text =
          action.equals("corrupt-reply")
              ? "{\"id\":###"
              : new String(Json.bytes(reply), StandardCharsets.UTF_8);
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      return true;
    }

    private void note(String op, JsonNode request, ObjectNode reply, long begun) {
      StringBuilder call = new StringBuilder(op);
      for (String name :
          List.of("vmId", "device", "path", "snapshot", "mode", "blockSize", "handle")) {
        if (request.has(name)) {
          call.append(' ').append(name).append('=').append(request.get(name).asText());
        }
      }
      if (op.equals("open") && reply.has("handle")) {
        call.append(" handle=").append(reply.get("handle").asText());
      }
      boolean ok = reply.path("ok").asBoolean();
      context
          .journal()
          .add(
              new Journal.Call(
                  "cvd",
                  host.name + " " + call,
                  ok ? 0 : 1,
                  Json.text(reply, "code", ""),
                  String.valueOf(socket.getRemoteSocketAddress())),
              begun);
    }

    private void perform(String op, JsonNode request, ObjectNode reply) {
      reply.put("ok", true);
      try {
        if (!greeted && !op.equals("hello")) {
          throw new Handles.RefusedException("AUTH", "say hello first");
        }
        switch (op) {
          case "hello" -> hello(request, reply);
          case "open" -> open(request, reply);
          case "info" -> info(require(request), reply);
          case "close" -> {
            Handle handle = require(request);
            own.remove(handle.name);
            context.handles().close(handle.name);
          }
          case "heartbeat" -> reply.put("time", context.clock().millis());
          default -> throw new Handles.RefusedException("BAD_REQUEST", "unknown op " + op);
        }
      } catch (Handles.RefusedException e) {
        refuse(reply, e.code, e.getMessage());
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "cvd-ds " + op, e);
        refuse(reply, "IO", String.valueOf(e.getMessage()));
      }
    }

    private void hello(JsonNode request, ObjectNode reply) throws Handles.RefusedException {
      greeted =
          context
              .logins()
              .isAccount(Json.text(request, "user", ""), Json.text(request, "password", ""));
      if (!greeted) {
        throw new Handles.RefusedException("AUTH", "wrong user or password");
      }
      reply
          .put("server", "cvd-ds")
          .put("version", 1)
          .put("host", host.name)
          .put("release", context.store().read(s -> s.release(host)).plain());
      reply
          .put("minBlock", 64 << 10)
          .put("maxBlock", 8 << 20)
          .put("maxConnections", DataPort.MAX_CONNECTIONS);
    }

    private void open(JsonNode request, ObjectNode reply)
        throws IOException, Handles.RefusedException {
      long block = Json.number(request, "blockSize", 1 << 20);
      if (block < 64 << 10 || block > 8 << 20) {
        throw new Handles.RefusedException("BAD_REQUEST", "blockSize");
      }
      Handle handle = context.handles().open(host, socket.getLocalAddress(), request);
      own.add(handle.name);
      describe(handle, reply).put("blockSize", block);
    }

    private ObjectNode describe(Handle handle, ObjectNode reply) throws IOException {
      reply
          .put("handle", handle.name)
          .put("size", handle.sizeBytes)
          .put("dataPort", handle.port().port());
      return reply.put("export", handle.export()).put("readOnly", !handle.writable);
    }

    private void info(Handle handle, ObjectNode reply) throws IOException {
      describe(handle, reply).put("connections", handle.port().connections());
      reply
          .put("bytesRead", handle.port().traffic().bytesRead())
          .put("bytesWritten", handle.port().traffic().bytesWritten());
    }

    private Handle require(JsonNode request) throws Handles.RefusedException {
      String name = Json.text(request, "handle", "");
      if (!own.contains(name)) {
        throw new Handles.RefusedException("NO_HANDLE", "no handle " + name);
      }
      return context
          .handles()
          .find(name)
          .orElseThrow(
              () -> new Handles.RefusedException("NO_HANDLE", "handle " + name + " was closed"));
    }
  }

  private static void refuse(ObjectNode reply, String code, String message) {
    reply.put("ok", false).put("code", code).put("message", message);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString(StandardCharsets.UTF_8);
      }
      line.write(c);
      if (line.size() > MAX_LINE_BYTES) {
        throw new IOException("line too long");
      }
    }
    return null;
  }
}
