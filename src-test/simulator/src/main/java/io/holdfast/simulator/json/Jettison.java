package io.holdfast.simulator.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Turns a typed tree into what older CAS releases send: XML mapped to JSON. Scalars are strings, a
 * list of one element is that element, an empty list and a null are missing.
 */
public final class Jettison {
  private Jettison() {}

  /** The same tree in the old style. */
  public static JsonNode of(JsonNode node) {
    if (node.isObject()) {
      ObjectNode out = Json.object();
      node.fields()
          .forEachRemaining(
              e -> {
                JsonNode value = e.getValue();
                if (value.isNull() || (value.isArray() && value.isEmpty())) {
                  return;
                }
                out.set(e.getKey(), of(value));
              });
      return out;
    }
    if (node.isArray()) {
      if (node.size() == 1) {
        return of(node.get(0));
      }
      var out = Json.array();
      node.forEach(n -> out.add(of(n)));
      return out;
    }
    return TextNode.valueOf(node.asText());
  }
}
