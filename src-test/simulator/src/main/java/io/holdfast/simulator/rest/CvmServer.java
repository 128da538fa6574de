package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Jettison;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.json.Xml;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.rest.Router.Found;
import io.holdfast.simulator.rest.Router.WrongMethodException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The HTTP side of the CVM: login, faults, JSON style and errors around the handlers of a {@link
 * Router}. SIM-01, SIM-07.
 */
public final class CvmServer {
  /** Where CAS's REST interface begins. */
  public static final String PREFIX = "/cas/casrs";

  private static final Logger LOG = Logger.getLogger(CvmServer.class.getName());
  private static final Charset GBK = Charset.forName("GBK");

  private final Router router;
  private final Logins logins;
  private final Faults faults;
  private final boolean nativeJson;
  private final Journal journal;

  public CvmServer(
      Router router, Logins logins, Faults faults, Journal journal, boolean nativeJson) {
    this.journal = journal;
    this.router = router;
    this.logins = logins;
    this.faults = faults;
    this.nativeJson = nativeJson;
  }

  /** Serves on a bound server, which the caller starts and stops. */
  public void attach(HttpServer server) {
    server.createContext(PREFIX, this::serve);
    server.createContext("/cas/spring_check", this::sessionLogin);
  }

  private void sessionLogin(HttpExchange exchange) throws IOException {
    Map<String, String> query = Http.query(exchange.getRequestURI().getRawQuery());
    query.putAll(
        Http.query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    boolean good =
        logins.isAccount(query.getOrDefault("name", ""), query.getOrDefault("password", ""));
    if (good) {
      exchange
          .getResponseHeaders()
          .add("Set-Cookie", "JSESSIONID=" + logins.newCookie() + "; Path=/cas; HttpOnly");
    }
    answer(exchange, 200, Json.object().put("loginFailErrorCode", good ? 0 : 1), false);
  }

  private void serve(HttpExchange exchange) throws IOException {
    long begun = Journal.begin();
    try {
      String path = exchange.getRequestURI().getRawPath().substring(PREFIX.length());
      String query = exchange.getRequestURI().getRawQuery();
      Optional<Fault> fault =
          faults.on(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
      if (fault.isPresent() && before(exchange, fault.get())) {
        return;
      }
      if (admitted(exchange)) {
        dispatch(exchange, path, query, fault);
      }
    } catch (CasException e) {
      refuse(exchange, e.code(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, exchange.getRequestMethod() + " " + exchange.getRequestURI(), e);
      Http.send(exchange, 500, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    } finally {
      exchange.close();
      note(exchange, begun);
    }
  }

  private void note(HttpExchange exchange, long begun) {
    String call = exchange.getRequestURI().toString().substring(PREFIX.length());
    String code = exchange.getResponseHeaders().getFirst("Error-Code");
    journal.add(
        new Journal.Call(
            "rest",
            exchange.getRequestMethod() + " " + call,
            exchange.getResponseCode(),
            code == null ? "" : code,
            String.valueOf(exchange.getRemoteAddress())),
        begun);
  }

  /** Does what a fault does before the call; true when the call is over with it. */
  private boolean before(HttpExchange exchange, Fault fault) throws IOException {
    switch (fault.action()) {
      case "delay", "hang" -> faults.pause(fault);
      case "expire-session" -> logins.expireAll();
      case "drop" -> {
        exchange.close();
        return true;
      }
      case "status" -> {
        Http.send(
            exchange,
            (int) fault.number("status", 503),
            fault.text("body", "").getBytes(StandardCharsets.UTF_8));
        return true;
      }
      case "error-code" -> {
        refuse(
            exchange,
            (int) fault.number("code", CasException.UNKNOWN),
            fault.text("message", "未知错误"));
        return true;
      }
      default -> {
        return false;
      }
    }
    return false;
  }

  private boolean admitted(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    Logins.Verdict verdict =
        logins.check(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers.getFirst("Authorization"),
            headers.getFirst("Cookie"));
    if (verdict != Logins.Verdict.GOOD) {
      exchange.getRequestBody().readAllBytes();
      exchange
          .getResponseHeaders()
          .set("WWW-Authenticate", logins.challenge(verdict == Logins.Verdict.STALE));
      Http.send(exchange, 401, new byte[0]);
      return false;
    }
    String accept = headers.getFirst("Accept");
    if (accept != null
        && !accept.toLowerCase(Locale.ROOT).matches("(?s).*(json|xml|\\*/\\*|application/\\*).*")) {
      Http.send(exchange, 406, new byte[0]);
      return false;
    }
    return true;
  }

  private void dispatch(HttpExchange exchange, String path, String query, Optional<Fault> fault)
      throws IOException {
    Optional<Found> found;
    try {
      found = router.find(exchange.getRequestMethod(), path);
    } catch (WrongMethodException e) {
      Http.send(exchange, 405, new byte[0]);
      return;
    }
    if (found.isEmpty()) {
      Http.send(exchange, 404, new byte[0]);
      return;
    }
    JsonNode body;
    try {
      body = parse(exchange);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new CasException(CasException.UNKNOWN, "请求内容无效");
    }
    JsonNode result;
    try {
      result =
          found
              .get()
              .handler()
              .handle(new Call(found.get().parameters(), Http.query(query), body, fault));
    } catch (NotFoundException e) {
      Http.send(exchange, 404, new byte[0]);
      return;
    }
    String action = fault.map(Fault::action).orElse("");
    if (action.equals("drop-after")) {
      return;
    }
    answer(exchange, result == null ? 204 : 200, result, action.equals("corrupt-reply"));
  }

  private void answer(HttpExchange exchange, int status, JsonNode node, boolean corrupt)
      throws IOException {
    byte[] body = node == null ? new byte[0] : bytes(exchange, node);
    if (corrupt) {
      Arrays.fill(body, body.length / 2, body.length, (byte) '#');
    }
    String type = wantsXml(exchange) ? "application/xml" : "application/json";
    exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
    Http.send(exchange, status, body);
  }

  private byte[] bytes(HttpExchange exchange, JsonNode node) {
    if (wantsXml(exchange)) {
      String path = exchange.getRequestURI().getPath();
      return Xml.bytes(node.has("msgId") ? "taskMsg" : root(path.substring(PREFIX.length())), node);
    }
    return Json.bytes(nativeJson ? node : Jettison.of(node));
  }

  /** The name of a single object's root element. */
  private static String root(String path) {
    return switch (path.split("/")[1]) {
      case "vm" -> "domain";
      case "storage" -> "storagePool";
      case "vswitch" -> "vSwitch";
      case "profile" -> "portProfile";
      default -> path.split("/")[1];
    };
  }

  private static boolean wantsXml(HttpExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst("Accept");
    return accept != null && accept.contains("xml") && !accept.contains("json");
  }

  private static JsonNode parse(HttpExchange exchange) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (type == null || !type.contains("xml")) {
      return Json.unwrap(Json.parse(body));
    }
    try {
      return Xml.parse(body);
    } catch (IOException e) {
      throw new CasException(CasException.UNKNOWN, "请求内容无效");
    }
  }

  private static void refuse(HttpExchange exchange, int code, String message) throws IOException {
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Error-Code", Integer.toString(code));
    byte[] bytes = message.replaceAll("[\\r\\n]", " ").getBytes(GBK);
    exchange
        .getResponseHeaders()
        .set("Error-Message", new String(bytes, StandardCharsets.ISO_8859_1));
    Http.send(exchange, 409, new byte[0]);
  }

  /** The thing named in the path does not exist, and CAS says so by 404. */
  public static final class NotFoundException extends RuntimeException {}
}
