package io.holdfast.simulator.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reading and making JSON trees. Readers accept numbers as strings and one-element lists as
 * objects, as CAS clients send both.
 */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** A new empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A new empty list. */
  public static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /** Parses; an empty text is an empty object. */
  public static JsonNode parse(byte[] text) throws IOException {
    JsonNode node = MAPPER.readTree(text);
    return node == null || node.isMissingNode() ? object() : node;
  }

  /** Parses one line. */
  public static JsonNode parse(String text) throws IOException {
    return MAPPER.readTree(text);
  }

  /** The compact text. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A body without its root element, when it has one. */
  public static JsonNode unwrap(JsonNode body) {
    if (body.isObject() && body.size() == 1 && body.elements().next().isObject()) {
      String root = body.fieldNames().next();
      if (List.of("snapshot", "domain", "storageVolume", "vm", "cbt", "volAddParameter")
          .contains(root)) {
        return body.get(root);
      }
    }
    return body;
  }

  /** A member as text, or the default when missing or null. */
  public static String text(JsonNode node, String name, String missing) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? missing : value.asText();
  }

  /** A member as a whole number, from a number or a string; fractions are cut. */
  public static long number(JsonNode node, String name, long missing) {
    String value = text(node, name, "").trim();
    if (value.isEmpty()) {
      return missing;
    }
    return new java.math.BigDecimal(value).longValue();
  }

  /** A member as a flag: true, "true", 1 or "1". */
  public static boolean flag(JsonNode node, String name) {
    String value = text(node, name, "");
    return value.equals("true") || value.equals("1");
  }

  /** A member as a list: a list, a single element, or nothing. */
  public static List<JsonNode> list(JsonNode node, String name) {
    JsonNode value = node.get(name);
    List<JsonNode> result = new ArrayList<>();
    if (value == null || value.isNull()) {
      return result;
    }
    if (value.isArray()) {
      value.forEach(result::add);
    } else {
      result.add(value);
    }
    return result;
  }
}
