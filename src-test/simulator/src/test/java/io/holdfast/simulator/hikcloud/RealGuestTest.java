package io.holdfast.simulator.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.GuestReport.Span;
import io.holdfast.toolkit.guest.LiveGuest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Linux guest that boots from an RBD disk and is frozen by QEMU's guest agent. */
@Tag("SIM-04")
class RealGuestTest {
  private static final int SECONDS = 4;

  @TempDir private static Path folder;

  private static HikCloudClient cloud;
  private static String id;
  private static Booted guest;

  /** The guest by the lab. */
  private static final class Booted extends LiveGuest {
    @Override
    public GuestReport report() {
      return new GuestReport(lab("GET", "/console", "").path("text").asText());
    }

    @Override
    protected String askAgent(String command, String arguments) {
      String body = "{\"execute\":\"" + command + "\",\"arguments\":" + arguments + "}";
      return lab("POST", "/agent", body).toString();
    }

    private static JsonNode lab(String method, String path, String body) {
      try {
        return cloud.lab(method, "/instances/" + id + path, body);
      } catch (Exception failed) {
        throw new IllegalStateException(failed);
      }
    }
  }

  @BeforeAll
  static void boot() throws Exception {
    cloud = new HikCloudClient(folder.resolve("cloud"), CephBed.shared().configuration());
    ObjectNode order = Json.object().put("boots", true).put("memoryMb", 256);
    order.putArray("disks").addObject().put("file", GuestImage.shared().toString());
    id = cloud.lab("POST", "/instances", order.toString()).get("id").asText();
    guest = new Booted();
    assertFalse(agentRuns(), "before it runs");
    act("start", 0);
    assertEquals(0, guest.checked().differing().getAsInt());
    guest.written(1);
  }

  @AfterAll
  static void end() {
    if (cloud != null) {
      cloud.close();
    }
  }

  private static boolean agentRuns() throws Exception {
    JsonNode instance = cloud.call("GET", "/instances/" + id, null);
    return instance.path("qga").path("running").asBoolean();
  }

  /** The end of an action: the code of its error, or nothing. */
  private static String act(String type, int timeoutSeconds) throws Exception {
    ObjectNode action = Json.object().put("type", type).put("timeoutSec", timeoutSeconds);
    JsonNode task = cloud.task("POST", "/instances/" + id + "/action", action);
    return task.get("errorCode").asText();
  }

  @Test
  void aFrozenGuestThawsByItselfAfterItsTime() throws Exception {
    assertTrue(agentRuns());
    assertEquals("", act("qga-ping", 0));
    int before = guest.report().freezes().size();
    assertEquals("", act("freeze", SECONDS));
    assertTrue(guest.isFrozen());
    assertEquals("HEC-40901", act("freeze", SECONDS));
    Span freeze = guest.thawed(before);
    assertTrue(
        freeze.millis() > SECONDS * 900 && freeze.millis() < (SECONDS + 4) * 1000,
        freeze.toString());
    guest.assertHeld(freeze, SECONDS * 900 - 1000);
    guest.written(1);

    assertEquals("", act("freeze", 60));
    assertEquals("", act("thaw", 0));
    assertFalse(guest.isFrozen());
  }

  @Test
  void anAgentThatDoesNotAnswerIsATimeOut() throws Exception {
    guest.deafen(15);
    assertTrue(agentRuns(), "its port is open");
    assertEquals("HEC-40902", act("qga-ping", 0));
    assertEquals("HEC-40902", act("freeze", 60));
    assertEquals("", act("thaw", 0));
    guest.awaitFrozen(false);
    guest.written(1);
  }
}
