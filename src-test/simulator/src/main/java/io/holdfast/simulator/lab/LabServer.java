package io.holdfast.simulator.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Http;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.rest.Router.Found;
import io.holdfast.simulator.rest.Router.WrongMethodException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The lab port: faults, guests, VMs of any shape, events and records for tests. No part of CAS.
 * Plain JSON, errors as 400 with a sentence. SIM-07.
 */
public final class LabServer {
  private static final Logger LOG = Logger.getLogger(LabServer.class.getName());

  private final Router router = new Router();
  private final GuestCalls guests;

  public LabServer(GuestCalls guests, VmEvents vms, HostEvents hosts, RecordCalls records) {
    this.guests = guests;
    guests.register(router);
    vms.register(router);
    hosts.register(router);
    records.register(router);
  }

  /** Serves on a bound server. */
  public void attach(HttpServer server) {
    server.createContext("/", this::serve);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    try {
      JsonNode body = Json.parse(exchange.getRequestBody().readAllBytes());
      Optional<Found> found = router.find(exchange.getRequestMethod(), path);
      if (path.matches("/guest/[^/]+/read")) {
        guests.read(exchange, path.split("/")[2]);
      } else if (found.isEmpty()) {
        Http.send(exchange, 404, new byte[0]);
      } else {
        Call call =
            new Call(
                found.get().parameters(),
                Http.query(exchange.getRequestURI().getRawQuery()),
                body,
                Optional.empty());
        JsonNode result = found.get().handler().handle(call);
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=UTF-8");
        Http.send(
            exchange,
            result == null ? 204 : 200,
            result == null ? new byte[0] : Json.bytes(result));
      }
    } catch (WrongMethodException e) {
      Http.send(exchange, 405, new byte[0]);
    } catch (CasException | IOException e) {
      LOG.log(Level.INFO, path, e);
      Http.send(exchange, 400, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, path, e);
      Http.send(exchange, 500, String.valueOf(e).getBytes(StandardCharsets.UTF_8));
    } finally {
      exchange.close();
    }
  }
}
