package io.holdfast.simulator.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Http;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.rest.Router.Found;
import io.holdfast.simulator.rest.Router.WrongMethodException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Serves calls in the platform's envelope: {@code {code:"0", data, requestId}} or {@code {code,
 * message, requestId}}.
 */
final class CloudServer {
  private static final Logger LOG = Logger.getLogger(CloudServer.class.getName());

  private final Router router;
  private final Faults faults;
  private final Gate gate;

  /** Lets a request in or refuses it. */
  interface Gate {
    void check(HttpExchange exchange);
  }

  CloudServer(Router router, Faults faults, Gate gate) {
    this.router = router;
    this.faults = faults;
    this.gate = gate;
  }

  void attach(HttpServer server) {
    server.createContext("/", this::serve);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String query = exchange.getRequestURI().getRawQuery();
      String path = exchange.getRequestURI().getRawPath();
      Optional<Fault> fault =
          faults.on(exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query));
      if (fault.isPresent() && before(exchange, fault.get())) {
        return;
      }
      gate.check(exchange);
      Found found =
          router
              .find(exchange.getRequestMethod(), path)
              .orElseThrow(() -> CloudException.missing("接口", path));
      JsonNode data =
          found
              .handler()
              .handle(new Call(found.parameters(), Http.query(query), Json.parse(body), fault));
      if (fault.map(Fault::action).orElse("").equals("drop-after")) {
        return;
      }
      ObjectNode answer = Json.object().put("code", "0");
      answer.set("data", data);
      send(exchange, data != null && data.has("taskId") ? 202 : 200, answer);
    } catch (CloudException refused) {
      refuse(exchange, refused.status(), refused.code(), refused.getMessage());
    } catch (WrongMethodException wrong) {
      refuse(exchange, 405, "HEC-40501", "方法不允许");
    } catch (com.fasterxml.jackson.core.JacksonException | NumberFormatException wrong) {
      refuse(exchange, 400, "HEC-40001", "请求内容无效");
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, exchange.getRequestMethod() + " " + exchange.getRequestURI(), e);
      refuse(exchange, 500, "HEC-50000", String.valueOf(e.getMessage()));
    } finally {
      exchange.close();
    }
  }

  /** Does what a fault does before the call; true when the call is over with it. */
  private boolean before(HttpExchange exchange, Fault fault) throws IOException {
    switch (fault.action()) {
      case "delay", "hang" -> faults.pause(fault);
      case "drop" -> {
        return true;
      }
      case "status" -> {
        Http.send(
            exchange,
            (int) fault.number("status", 503),
            fault.text("body", "").getBytes(StandardCharsets.UTF_8));
        return true;
      }
      case "error-code" ->
          throw new CloudException(
              (int) fault.number("status", 429),
              fault.text("code", "HEC-42901"),
              fault.text("message", "请求过于频繁"));
      default -> {
        return false;
      }
    }
    return false;
  }

  private static void refuse(HttpExchange exchange, int status, String code, String message)
      throws IOException {
    send(exchange, status, Json.object().put("code", code).put("message", message));
  }

  private static void send(HttpExchange exchange, int status, ObjectNode answer)
      throws IOException {
    answer.put("requestId", UUID.randomUUID().toString());
    exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
    Http.send(exchange, status, Json.bytes(answer));
  }
}
