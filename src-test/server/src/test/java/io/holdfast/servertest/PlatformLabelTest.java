package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names and tags of platforms, which may be away when they are changed. */
@ExtendWith(ArquillianExtension.class)
@Order(19)
@Tag("RES-06")
class PlatformLabelTest {
  @Deployment
  static Archive<?> probe() {
    return Probe.of(PlatformLabelTest.class);
  }

  @Test
  void aPlatformThatIsAwayGetsAnotherNameAndTagsAndIsFoundByThem() {
    Rows.Place place = Rows.place();
    Http administrator = Accounts.with(Role.ADMINISTRATOR);
    String path = "/platforms/" + place.platformId();
    String tag = "机房-" + place.platformId().substring(0, 8);
    JsonNode changed =
        administrator
            .put(
                path + "/label",
                Map.of("name", "renamed " + place.platformId(), "tags", List.of(tag, " ", tag)))
            .expect(200)
            .json();
    assertEquals("[\"" + tag + "\"]", changed.path("tags").toString());
    assertEquals(changed, administrator.get(path).expect(200).json());
    JsonNode found =
        administrator
            .get(
                "/platforms?q="
                    + java.net.URLEncoder.encode(tag, java.nio.charset.StandardCharsets.UTF_8))
            .expect(200)
            .json();
    assertEquals(1, found.size());
    assertEquals(place.platformId(), found.path(0).path("id").asText());
  }

  @Test
  void aTakenNameAndTooManyTagsAreRefused() {
    Rows.Place one = Rows.place();
    Rows.Place two = Rows.place();
    Http administrator = Accounts.with(Role.ADMINISTRATOR);
    String path = "/platforms/" + one.platformId() + "/label";
    Http.Answer taken =
        administrator.put(path, Map.of("name", "CAS " + two.platformId(), "tags", List.of()));
    assertEquals("ALREADY_EXISTS", taken.json().path("title").asText(), taken.text());
    Http.Answer many =
        administrator.put(
            path,
            Map.of(
                "name",
                "n",
                "tags",
                java.util.stream.IntStream.range(0, 21).mapToObj(i -> "t" + i).toList()));
    assertEquals("VALUE_OUT_OF_RANGE", many.json().path("title").asText(), many.text());
    assertEquals("tags", many.json().path("parameters").path("field").asText());
  }
}
