package io.holdfast.platform.h3ccas.cvd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cvd-ds that answers each request line by a function of it; null closes the connection. */
public final class ScriptedCvdDs implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

  private final ServerSocket server;
  private final Function<String, String> answers;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  public ScriptedCvdDs(Function<String, String> answers) {
    this.answers = answers;
    try {
      server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start(this::accept);
  }

  /** Says yes to all and hands out port 30017. */
  public static String yes(String request) {
    return request.contains("\"op\":\"open\"")
        ? "\"ok\":true,\"handle\":\"h1\",\"size\":1024,\"dataPort\":30017,\"export\":\"h1-5f2c\""
        : "\"ok\":true";
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "scripted-cvd-ds");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        start(() -> serve(socket));
      }
    } catch (IOException closed) {
      sockets.clear();
    }
  }

  private void serve(Socket socket) {
    try (socket;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        String answer = answers.apply(line);
        if (answer == null) {
          return;
        }
        Matcher id = ID.matcher(line);
        String start = answer.startsWith("\"") && id.find() ? "{\"id\":" + id.group(1) + "," : "";
        String text = start + answer + (start.isEmpty() ? "\n" : "}\n");
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException gone) {
      sockets.remove(socket);
    }
  }

  /** How many requests of this operation came. */
  public long count(String operation) {
    return lines.stream().filter(each -> each.contains("\"op\":\"" + operation + "\"")).count();
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Cuts all connections. */
  public void cut() throws IOException {
    for (Socket each : sockets) {
      each.close();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
