package io.holdfast.platform.h3ccas.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-02")
class CasPathTest {
  @Test
  void namesStayOneSegmentAndComeBackUnchanged() {
    List<String> names =
        List.of(
            "a b",
            "it's \"q\"",
            "虚拟机 01",
            "../../etc",
            "a/b?c=d&e#f",
            "%41",
            "x".repeat(250),
            "..");
    for (String name : names) {
      String path = CasPath.of("vm", "snapshot", 1, name).toString();
      assertEquals(4, path.chars().filter(each -> each == '/').count(), path);
      String last = path.substring(path.lastIndexOf('/') + 1);
      assertEquals(name, URLDecoder.decode(last, StandardCharsets.UTF_8));
      assertEquals(path, URI.create("http://h" + path).normalize().getRawPath());
    }
  }

  @Test
  void queryValuesAreEncoded() {
    String path =
        CasPath.of("vm", "vmList").with("domainName", "a&b= 门").with("limit", 5).toString();
    assertEquals("/vm/vmList?domainName=a%26b%3D%20%E9%97%A8&limit=5", path);
  }
}
