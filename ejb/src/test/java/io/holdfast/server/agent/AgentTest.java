package io.holdfast.server.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AGT-05")
class AgentTest {
  private static final Instant NOW = Instant.parse("2026-11-21T01:00:00Z");

  static AgentFacts facts(String instance, int port) {
    return new AgentFacts(
        "host-1",
        List.of("192.0.2.1", "192.0.2.2"),
        "Debian 12",
        "x86_64",
        "0.1.0",
        1,
        List.of(
            new AgentCapability("h3c-cas", true, ""),
            new AgentCapability("sdk", false, "libcvdsdk.so not in\t/usr/lib")),
        new AgentEndpoint("127.0.0.1", port),
        instance);
  }

  @Test
  void isOnlineWhileItBeatsAndOfflineWithinAMinuteOfLoss() {
    Agent agent =
        new Agent(new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10"), facts("i", 1), "k", NOW);
    assertEquals(AgentState.OFFLINE, agent.stateAt(NOW));
    agent.heardOf(facts("i", 1), NOW);
    assertEquals(AgentState.ONLINE, agent.stateAt(NOW.plusSeconds(30)));
    assertEquals(AgentState.OFFLINE, agent.stateAt(NOW.plusSeconds(59)));
    assertTrue(Agent.OFFLINE_AFTER.compareTo(Duration.ofSeconds(60)) < 0);
  }

  @Test
  void isOfflineAtOnceAfterGoodbyeAndBackWithTheNextBeat() {
    Agent agent =
        new Agent(new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10"), facts("i", 1), "k", NOW);
    agent.heardOf(facts("i", 1), NOW);
    agent.left(NOW.plusSeconds(1));
    assertEquals(AgentState.OFFLINE, agent.stateAt(NOW.plusSeconds(1)));
    agent.heardOf(facts("j", 1), NOW.plusSeconds(5));
    assertEquals(AgentState.ONLINE, agent.stateAt(NOW.plusSeconds(5)));
  }

  @Test
  void offersOnlyWhatCanWork() {
    Agent agent =
        new Agent(new AgentId("0b8f0c4e-5f6b-4f9f-8f5e-2f3f5a7f9a10"), facts("i", 1), "k", NOW);
    assertTrue(agent.offers("h3c-cas"));
    assertFalse(agent.offers("sdk"));
    assertFalse(agent.offers("storage"));
  }

  @Test
  void listsSurviveTheDatabase() {
    StringListConverter texts = new StringListConverter();
    List<String> addresses = List.of("192.0.2.1", "::1");
    assertEquals(
        addresses, texts.convertToEntityAttribute(texts.convertToDatabaseColumn(addresses)));
    assertEquals(List.of(), texts.convertToEntityAttribute(""));
    CapabilityListConverter modules = new CapabilityListConverter();
    List<AgentCapability> kept =
        modules.convertToEntityAttribute(modules.convertToDatabaseColumn(facts("i", 1).modules()));
    assertEquals("h3c-cas", kept.get(0).name());
    assertTrue(kept.get(0).available());
    assertEquals("libcvdsdk.so not in /usr/lib", kept.get(1).detail());
  }
}
