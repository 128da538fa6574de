package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the handler of a path like {@code /vm/{id}/cbt}. Routes are tried in the order they were
 * added.
 */
public final class Router {
  private final List<Route> routes = new ArrayList<>();

  private record Route(String method, Pattern path, Handler handler) {}

  /** Answers one call; null is 204. */
  public interface Handler {
    JsonNode handle(Call call) throws IOException;
  }

  /**
   * One call: path parameters in order, decoded query, body, and a fault that its task shall
   * suffer.
   */
  public record Call(
      List<String> path, Map<String, String> query, JsonNode body, Optional<Fault> fault) {
    /** A path parameter as a number. */
    public int id(int index) {
      return number(path.get(index));
    }

    /** A query parameter, or the default. */
    public String query(String name, String missing) {
      return query.getOrDefault(name, missing);
    }

    /** A query parameter that must be there, as a number. */
    public int idQuery(String name) {
      return number(query(name, ""));
    }

    private static int number(String text) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new CasException(CasException.UNKNOWN, "参数无效：" + text);
      }
    }
  }

  /** What a path leads to. */
  public record Found(Handler handler, List<String> parameters) {}

  /** Adds a route; {@code {x}} stands for one path element, digits only when it is {@code {id}}. */
  public void add(String method, String path, Handler handler) {
    String regex = path.replace("{id}", "(\\d+)").replaceAll("\\{[a-z]+}", "([^/]+)");
    routes.add(new Route(method, Pattern.compile(regex + "/?"), handler));
  }

  /**
   * The handler; empty when the path is unknown. A known path with another method is an error of
   * its own.
   */
  public Optional<Found> find(String method, String path) throws WrongMethodException {
    boolean known = false;
    for (Route route : routes) {
      Matcher matcher = route.path().matcher(path);
      if (matcher.matches()) {
        known = true;
        if (route.method().equals(method)) {
          List<String> parameters = new ArrayList<>();
          for (int i = 1; i <= matcher.groupCount(); i++) {
            parameters.add(Http.decode(matcher.group(i)));
          }
          return Optional.of(new Found(route.handler(), parameters));
        }
      }
    }
    if (known) {
      throw new WrongMethodException();
    }
    return Optional.empty();
  }

  /** The path exists, the method does not. */
  public static final class WrongMethodException extends Exception {}
}
