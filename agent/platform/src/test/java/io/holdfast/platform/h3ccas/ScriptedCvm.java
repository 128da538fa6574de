package io.holdfast.platform.h3ccas;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.http.RequestTimings;
import io.holdfast.platform.spi.PlatformConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A CVM that says what a test told it to. Replies are scripted by "METHOD /path" (below /cas/casrs)
 * or, more exactly, by "METHOD /path?query"; several for one call are given in turn, the last one
 * for ever. Digest is required and checked, nonce counts too.
 */
public final class ScriptedCvm implements AutoCloseable {
  public static final String USER = "admin";
  public static final String PASSWORD = "Sim@cas 密码\"1";
  private static final String REALM = "VMC RESTful Web Services";
  private static final Pattern FIELD =
      Pattern.compile("(\\w+\\*?)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,\\s]+))");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Answer>> script = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final Set<String> used = new HashSet<>();
  private int oldestNonce;
  private volatile int challenges;

  /** What is sent back. */
  public interface Answer {
    void send(HttpExchange exchange) throws IOException;
  }

  public ScriptedCvm() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Adds a reply with a JSON body to a call. */
  public ScriptedCvm on(String call, String json) {
    return on(call, json(200, json));
  }

  /** Adds an answer to a call. */
  public ScriptedCvm on(String call, Answer answer) {
    script.computeIfAbsent(call, key -> new ArrayDeque<>()).add(answer);
    return this;
  }

  /** Forgets what was scripted for a call: it is not found. */
  public ScriptedCvm forget(String call) {
    script.remove(call);
    return this;
  }

  /** Forgets what was scripted for a call and gives it this reply. */
  public ScriptedCvm now(String call, String json) {
    script.remove(call);
    return on(call, json);
  }

  public static Answer json(int status, String json) {
    return exchange -> {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    };
  }

  /** HTTP 409 with the message's GBK bytes in the header, as CAS sends it. */
  public static Answer refusal(int code, String message) {
    return exchange -> {
      byte[] raw = message.getBytes(Charset.forName("GBK"));
      exchange.getResponseHeaders().add("Error-Code", String.valueOf(code));
      exchange
          .getResponseHeaders()
          .add("Error-Message", new String(raw, StandardCharsets.ISO_8859_1));
      exchange.sendResponseHeaders(409, -1);
    };
  }

  /** The connection is closed without an answer. */
  public static Answer drop() {
    return exchange -> {
      throw new IOException("dropped");
    };
  }

  /** Runs something, then answers. */
  public static Answer after(Runnable first, Answer answer) {
    return exchange -> {
      first.run();
      answer.send(exchange);
    };
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath().replaceFirst("^/cas/casrs", "");
      String query = exchange.getRequestURI().getRawQuery();
      String call = exchange.getRequestMethod() + " " + path;
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (!authorized(exchange)) {
        return;
      }
      calls.add(query == null ? call : call + "?" + query);
      bodies.add(body);
      answer(call, query).send(exchange);
    }
  }

  private synchronized Answer answer(String call, String query) {
    Deque<Answer> answers = script.get(call + "?" + query);
    if (answers == null) {
      answers = script.get(call);
    }
    if (answers == null) {
      return json(404, "");
    }
    return answers.size() > 1 ? answers.removeFirst() : answers.getFirst();
  }

  private synchronized boolean authorized(HttpExchange exchange) throws IOException {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    boolean stale = false;
    if (header != null) {
      Map<String, String> fields = fields(header);
      boolean right = right(fields, exchange);
      stale = right && Integer.parseInt(fields.get("nonce").substring(1)) < oldestNonce;
      if (right && !stale && used.add(fields.get("nonce") + " " + fields.get("nc"))) {
        return true;
      }
    }
    challenges++;
    exchange
        .getResponseHeaders()
        .add(
            "WWW-Authenticate",
            "Digest realm=\""
                + REALM
                + "\", qop=\"auth\", nonce=\"n"
                + challenges
                + "\", stale="
                + stale);
    exchange.sendResponseHeaders(401, -1);
    return false;
  }

  private static Map<String, String> fields(String header) {
    Map<String, String> result = new ConcurrentHashMap<>();
    Matcher matcher = FIELD.matcher(header);
    while (matcher.find()) {
      String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      result.put(matcher.group(1), value);
    }
    return result;
  }

  /** RFC 7616, section 3.4.1, with qop=auth. */
  private static boolean right(Map<String, String> fields, HttpExchange exchange) {
    String target = exchange.getRequestURI().toString();
    String secret = md5(USER + ":" + REALM + ":" + PASSWORD);
    String request = md5(exchange.getRequestMethod() + ":" + target);
    String expected =
        md5(
            secret
                + ":"
                + fields.get("nonce")
                + ":"
                + fields.get("nc")
                + ":"
                + fields.get("cnonce")
                + ":auth:"
                + request);
    return USER.equals(fields.get("username"))
        && target.equals(fields.get("uri"))
        && expected.equals(fields.get("response"));
  }

  private static String md5(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All nonces of before are stale from now on. */
  public void expireNonce() {
    expireNonces(0);
  }

  /** All nonces of before are stale from now on, and so are the next ones. */
  public synchronized void expireNonces(int next) {
    oldestNonce = challenges + 1 + next;
  }

  /** How often a login was asked for. */
  public int challenges() {
    return challenges;
  }

  /** Authorized calls in their order, as "METHOD /path?query". */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** How often a call whose text starts so was made. */
  public long count(String start) {
    return calls.stream().filter(each -> each.startsWith(start)).count();
  }

  /** The body of the last call that starts so. */
  public String bodyOf(String start) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      if (calls.get(i).startsWith(start)) {
        return bodies.get(i);
      }
    }
    throw new AssertionError("no call " + start + " in " + calls);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** How to reach this CVM with the right password. */
  public PlatformAccess access() {
    return PlatformAccess.newBuilder()
        .setPlatformId("p")
        .setKind("h3c-cas")
        .setAddress(server.getAddress().getAddress().getHostAddress())
        .setPort(port())
        .setUser(USER)
        .setPassword(PASSWORD)
        .build();
  }

  /** A connection with short pauses, and without a CVD-SDK. */
  public PlatformConnection connect() {
    return new H3cCasDriver(Clock.systemUTC(), scheme -> false, quick()).connect(access());
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
