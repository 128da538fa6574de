package io.holdfast.platform.h3ccas.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INV-01")
class CasNodeTest {
  private static CasNode parse(String json) throws Exception {
    return CasNode.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void listsOfAnyShapeAreLists() throws Exception {
    assertEquals(2, parse("{\"host\":[{\"id\":1},{\"id\":2}]}").list("host").size());
    assertEquals("1", parse("{\"host\":{\"@id\":\"1\"}}").list("host").get(0).text("id"));
    assertEquals("hd", parse("{\"bootDev\":\"hd\"}").list("bootDev").get(0).text());
    for (String empty :
        new String[] {"{}", "{\"host\":null}", "{\"host\":[]}", "{\"host\":\"\"}", "", "[]"}) {
      assertTrue(parse(empty).list("host").isEmpty(), empty);
    }
  }

  @Test
  void numbersAndBooleansMayBeStrings() throws Exception {
    CasNode node =
        parse("{\"a\":\"2048.0\",\"b\":7,\"c\":\"false\",\"d\":\"true\",\"e\":1,\"f\":\"?\"}");
    assertEquals(2048, node.number("a"));
    assertEquals(7, node.number("b"));
    assertFalse(node.flag("c"));
    assertTrue(node.flag("d"));
    assertTrue(node.flag("e"));
    assertEquals(0, node.number("f"));
    assertEquals(0, node.number("missing"));
  }

  @Test
  void bodiesThatAreNotUtf8AreReadAsGb18030() throws Exception {
    byte[] body = "{\"name\":\"杭州主机池\"}".getBytes(Charset.forName("GB18030"));
    assertEquals("杭州主机池", CasNode.parse(body).text("name"));
  }

  @Test
  @Tag("RES-07")
  void passwordsAreRemovedAtAnyDepth() throws Exception {
    String json = "{\"graphics\":{\"password\":\"x\",\"port\":1},\"l\":[{\"vncPasswd\":\"y\"}]}";
    CasNode cleaned = parse(json).withoutPasswords();
    assertEquals("{\"graphics\":{\"port\":1},\"l\":[{}]}", cleaned.toString());
  }

  @Test
  void aPasswordIsSeenAndNeverToldAndNoneIsNone() throws Exception {
    for (String none :
        new String[] {
          "{}", "{\"password\":\"\"}", "{\"passwordSet\":\"0\"}", "{\"passwd\":null}"
        }) {
      assertFalse(CasNode.parse(none.getBytes(StandardCharsets.UTF_8)).holdsPassword(), none);
    }
    CasNode set = CasNode.parse("{\"password\":\"x\"}".getBytes(StandardCharsets.UTF_8));
    assertTrue(set.holdsPassword());
    assertFalse(set.withoutPasswords().holdsPassword());
  }
}
