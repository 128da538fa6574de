package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.spi.PlatformConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A compute platform that says what a test told it to. Replies are scripted by "METHOD /path"
 * (below /api/compute/v1), for actions by "METHOD /path#type", or, more exactly, with "?query";
 * several for one call are given in turn, the last one for ever. Signatures are required and
 * checked.
 */
public final class ScriptedCloud implements AutoCloseable {
  public static final String KEY = "AK-test";
  public static final String SECRET = "Sk/geheim密";

  /** The Ceph pool of all volumes. */
  public static final String POOL = "603eefc3-31c0-4920-a4b6-84fea4361d00";

  private static final String PREFIX = "/api/compute/v1";
  private static final ObjectMapper JSON = new ObjectMapper();

  static {
    // Head and body are two packets: without this each reply waits for an acknowledgement, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<JsonNode> bodies = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final Set<String> nonces = new HashSet<>();
  private volatile boolean emptyLines;

  /** What is sent back. */
  public interface Answer {
    void send(HttpExchange exchange, JsonNode body) throws IOException;
  }

  public ScriptedCloud() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Adds a reply that holds this data. */
  public ScriptedCloud on(String call, String data) {
    return on(call, data(data));
  }

  public ScriptedCloud on(String call, Answer answer) {
    script.computeIfAbsent(call, key -> new ArrayDeque<>()).add(answer);
    return this;
  }

  /** Forgets what was scripted for a call and gives it this answer. */
  public ScriptedCloud now(String call, Answer answer) {
    script.remove(call);
    return on(call, answer);
  }

  public ScriptedCloud now(String call, String data) {
    return now(call, data(data));
  }

  /** What is signed keeps an empty line for each header that is absent. */
  public void keepEmptyLines() {
    emptyLines = true;
  }

  /** A reply that holds this data. */
  public static Answer data(String data) {
    return raw(200, "{\"code\":\"0\",\"data\":" + data + ",\"requestId\":\"r-1\"}");
  }

  /** A refusal with the request id r-7. */
  public static Answer refusal(int status, String code, String message) {
    return raw(
        status,
        "{\"code\":\"%s\",\"message\":\"%s\",\"requestId\":\"r-7\"}".formatted(code, message));
  }

  public static Answer raw(int status, String body) {
    return (exchange, request) -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  /** The connection is closed without an answer. */
  public static Answer drop() {
    return (exchange, request) -> {
      throw new IOException("dropped");
    };
  }

  /** Runs something, then answers. */
  public static Answer after(Runnable first, Answer answer) {
    return (exchange, request) -> {
      first.run();
      answer.send(exchange, request);
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] bytes = exchange.getRequestBody().readAllBytes();
      JsonNode body =
          JSON.readTree(bytes.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : bytes);
      String call =
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI().getRawPath().substring(PREFIX.length());
      String query = exchange.getRequestURI().getRawQuery();
      String code = refusedBecause(exchange);
      if (!code.isEmpty()) {
        refused.add(code);
        refusal(401, code, "refused").send(exchange, body);
        return;
      }
      String type = body.path("type").asText("");
      String full = call + (type.isEmpty() ? "" : "#" + type);
      calls.add(query == null ? full : full + "?" + query);
      bodies.add(body);
      answer(List.of(full + "?" + query, full, call)).send(exchange, body);
    }
  }

  private synchronized Answer answer(List<String> keys) {
    for (String key : keys) {
      Deque<Answer> answers = script.get(key);
      if (answers != null) {
        return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
      }
    }
    return refusal(404, "HEC-40401", "not scripted: " + keys.get(1));
  }

  /** Written apart from the driver's signer. */
  private synchronized String refusedBecause(HttpExchange exchange) {
    if (!KEY.equals(header(exchange, "X-Ca-Key"))) {
      return "HEC-40101";
    }
    String fixed =
        Stream.of("Accept", "Content-MD5", "Content-Type", "Date")
            .map(name -> header(exchange, name))
            .filter(value -> emptyLines || !value.isEmpty())
            .map(value -> value + "\n")
            .collect(Collectors.joining());
    String listed =
        Arrays.stream(header(exchange, "X-Ca-Signature-Headers").split(",", -1))
            .sorted()
            .map(name -> name + ":" + header(exchange, name) + "\n")
            .collect(Collectors.joining());
    String query = exchange.getRequestURI().getQuery();
    String path = exchange.getRequestURI().getPath();
    String sorted =
        query == null
            ? path
            : path
                + "?"
                + Arrays.stream(query.split("&", -1)).sorted().collect(Collectors.joining("&"));
    String text = exchange.getRequestMethod() + "\n" + fixed + listed + sorted;
    if (!hmac(text).equals(header(exchange, "X-Ca-Signature"))) {
      return "HEC-40103";
    }
    return nonces.add(header(exchange, "X-Ca-Nonce")) ? "" : "HEC-40104";
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static String hmac(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Admitted calls in their order, as "METHOD /path#type?query". */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Codes of requests that were not admitted. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  /** How often a call whose text starts so was made. */
  public long count(String start) {
    return calls.stream().filter(each -> each.startsWith(start)).count();
  }

  /** The body of the last call that starts so. */
  public JsonNode bodyOf(String start) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      if (calls.get(i).startsWith(start)) {
        return bodies.get(i);
      }
    }
    throw new AssertionError("no call " + start + " in " + calls);
  }

  /** How to reach this platform with the right keys, and its Ceph pool. */
  public PlatformAccess.Builder access() {
    return PlatformAccess.newBuilder()
        .setPlatformId("p")
        .setKind("hikcloud")
        .setAddress(server.getAddress().getAddress().getHostAddress())
        .setPort(server.getAddress().getPort())
        .setUser(KEY)
        .setPassword(SECRET)
        .addCephStorages(CephStorageAccess.newBuilder().setPool(POOL));
  }

  /** A connection with short pauses. */
  PlatformConnection connect(ScriptedCeph ceph) {
    return connect(ceph, access().build());
  }

  static PlatformConnection connect(ScriptedCeph ceph, PlatformAccess access) {
    return new HikCloudDriver(Clock.systemUTC(), ceph, quick()).connect(access);
  }

  /** 15 retries, but all waits short. */
  public static RequestTimings quick() {
    return new RequestTimings(
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        15,
        Duration.ofMillis(1),
        Duration.ofMillis(4),
        Duration.ofSeconds(20),
        Duration.ofMillis(1),
        Duration.ofSeconds(3));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
