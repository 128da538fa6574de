package io.holdfast.platform.h3ccas.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A value of a CVM's reply, read the way the replies really come [P]: numbers and booleans may be
 * strings, attributes may carry an {@code @}, a list of one may be the element itself, an empty
 * list may be missing, {@code null} or {@code ""}, a single object may or may not be wrapped in its
 * element name. Fields that are missing read as empty, 0 or false; unknown ones are ignored.
 * Immutable.
 */
public final class CasNode {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Charset GB18030 = Charset.forName("GB18030");
  private static final CasNode NOTHING = new CasNode(MissingNode.getInstance());

  private final JsonNode node;

  private CasNode(JsonNode node) {
    this.node = node;
  }

  /** A reply without a body. */
  public static CasNode nothing() {
    return NOTHING;
  }

  /**
   * Reads a body: UTF-8, or GB18030 where it is not.
   *
   * @throws JsonProcessingException when it is not JSON
   */
  public static CasNode parse(byte[] body) throws JsonProcessingException {
    String text = decoded(body);
    return text.isBlank() ? NOTHING : new CasNode(JSON.readTree(text));
  }

  /** A value from plain maps, lists, strings, numbers and booleans. */
  public static CasNode of(Map<String, ?> value) {
    return new CasNode(JSON.valueToTree(value));
  }

  /** A request body from plain maps, lists, strings, numbers and booleans. */
  public static byte[] bytes(Map<String, ?> body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not expressible as JSON", e);
    }
  }

  static String decoded(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(body, GB18030);
    }
  }

  /** The member, also when it is written as an attribute ({@code @name}); missing: nothing. */
  public CasNode child(String name) {
    JsonNode found = member(name);
    return found.isMissingNode() || found.isNull() ? NOTHING : new CasNode(found);
  }

  private JsonNode member(String name) {
    JsonNode plain = node.path(name);
    return plain.isMissingNode() ? node.path("@" + name) : plain;
  }

  /** This object, or what it wraps under {@code element}. */
  public CasNode unwrapped(String element) {
    CasNode inner = child(element);
    return inner.node.isObject() && node.size() == 1 ? inner : this;
  }

  /** The elements of a list however it came: array, lone object, missing, null or empty string. */
  public List<CasNode> list(String name) {
    JsonNode found = node.isArray() && name.isEmpty() ? node : member(name);
    List<CasNode> result = new ArrayList<>();
    if (found.isArray()) {
      found.forEach(
          each -> {
            if (!each.isNull()) {
              result.add(new CasNode(each));
            }
          });
    } else if (found.isObject() || (found.isValueNode() && !found.asText().isEmpty())) {
      if (!found.isNull()) {
        result.add(new CasNode(found));
      }
    }
    return result;
  }

  /** The text of a member; empty when it is missing or null. */
  public String text(String name) {
    return child(name).text();
  }

  /** This value as text; empty for nothing. */
  public String text() {
    if (node.isMissingNode() || node.isNull()) {
      return "";
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }

  /** The first of these members that holds text; empty when none does. */
  public String firstText(String... names) {
    for (String name : names) {
      String text = text(name);
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  /** Whether the member is there and not empty. */
  public boolean has(String name) {
    return !text(name).isEmpty();
  }

  /** A whole number, also from "2048", "2048.0" or 2048.0; what cannot be read is 0. */
  public long number(String name) {
    return decimal(name).longValue();
  }

  /** A number with its fraction; what cannot be read is 0. */
  public BigDecimal decimal(String name) {
    String text = text(name).trim();
    try {
      return text.isEmpty() ? BigDecimal.ZERO : new BigDecimal(text);
    } catch (NumberFormatException notANumber) {
      return BigDecimal.ZERO;
    }
  }

  /** True for true, "true", 1 and "1"; false for all else, "false" above all. */
  public boolean flag(String name) {
    String text = text(name).trim().toLowerCase(Locale.ROOT);
    return text.equals("true") || text.equals("1");
  }

  /** A copy without members that hold a password (VNC and the like), at any depth. */
  public CasNode withoutPasswords() {
    JsonNode copy = node.deepCopy();
    removePasswords(copy);
    return new CasNode(copy);
  }

  /** Whether a member of this object that names a password holds one; its text is not given out. */
  public boolean holdsPassword() {
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> each = fields.next();
      String value = each.getValue().isNull() ? "" : each.getValue().asText();
      // Some replies say whether there is one, not what it is.
      boolean none = value.isEmpty() || value.equals("0") || value.equals("false");
      if (each.getKey().toLowerCase(Locale.ROOT).contains("passw") && !none) {
        return true;
      }
    }
    return false;
  }

  private static void removePasswords(JsonNode at) {
    if (at instanceof ObjectNode object) {
      List<String> secrets = new ArrayList<>();
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (name.toLowerCase(Locale.ROOT).contains("passw")) {
                  secrets.add(name);
                }
              });
      object.remove(secrets);
    }
    at.forEach(CasNode::removePasswords);
  }

  /** Whether there is nothing. */
  public boolean isNothing() {
    return node.isMissingNode() || node.isNull();
  }

  /** The JSON text, as received but for blanks. */
  @Override
  public String toString() {
    return node.toString();
  }
}
