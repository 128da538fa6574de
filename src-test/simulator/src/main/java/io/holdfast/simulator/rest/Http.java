package io.holdfast.simulator.rest;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small parts of HTTP that both servers of the simulator need. */
public final class Http {
  private Http() {}

  /** A path element without its escapes; a plus sign stays. */
  public static String decode(String element) {
    return URLDecoder.decode(element.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The decoded parameters of a query or a form; the first of a name wins. */
  public static Map<String, String> query(String raw) {
    Map<String, String> result = new LinkedHashMap<>();
    if (raw == null) {
      return result;
    }
    for (String part : raw.split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        result.putIfAbsent(
            URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return result;
  }

  /** Sends a whole answer; an empty body sends none. */
  public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (body.length == 0) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
