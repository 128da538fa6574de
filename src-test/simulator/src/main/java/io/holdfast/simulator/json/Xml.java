package io.holdfast.simulator.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The same trees as XML: lists are repeated elements, members with {@code @} are attributes. */
public final class Xml {
  private Xml() {}

  /** Writes a tree; a lone list stands in an element {@code list}, else the root has this name. */
  public static byte[] bytes(String root, JsonNode node) {
    boolean list = node.size() == 1 && node.elements().next().isArray();
    StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(out, list ? "list" : root, node);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void element(StringBuilder out, String name, JsonNode node) {
    if (node.isNull()) {
      return;
    }
    if (node.isArray()) {
      node.forEach(each -> element(out, name, each));
      return;
    }
    out.append('<').append(name);
    if (!node.isObject()) {
      out.append('>').append(escaped(node.asText()));
    } else {
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        if (each.getKey().startsWith("@")) {
          out.append(' ').append(each.getKey().substring(1)).append("=\"");
          out.append(escaped(each.getValue().asText())).append('"');
        }
      }
      out.append('>');
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        if (!each.getKey().startsWith("@")) {
          element(out, each.getKey(), each.getValue());
        }
      }
    }
    out.append("</").append(name).append('>');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Reads a document without its root; repeated elements become lists, all values are texts. */
  public static JsonNode parse(byte[] text) throws IOException {
    if (text.length == 0) {
      return Json.object();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return read(
          factory.newDocumentBuilder().parse(new ByteArrayInputStream(text)).getDocumentElement());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("not XML", e);
    }
  }

  private static JsonNode read(Element element) {
    ObjectNode out = Json.object();
    for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element inner) {
        JsonNode value = read(inner);
        JsonNode before = out.get(inner.getTagName());
        if (before instanceof ArrayNode list) {
          list.add(value);
        } else if (before != null) {
          out.set(inner.getTagName(), Json.array().add(before).add(value));
        } else {
          out.set(inner.getTagName(), value);
        }
      }
    }
    return out.isEmpty() ? Json.array().add(element.getTextContent()).get(0) : out;
  }
}
