package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.system.bed.Installation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The launcher as an operator meets it. */
@ExtendWith(Bed.Shared.class)
class LauncherTest {
  private static final long AGENT_LIMIT_KIB = 384 << 10;

  @Test
  @Tag("AGT-05")
  void statusNamesWhatRunsAndASecondStartIsHarmless(Bed bed) {
    Installation.Outcome status = bed.installation().holdfast("status").orFail();
    assertTrue(status.output().contains(bed.installation().console()), status.output());
    long server = bed.installation().pid("server");
    bed.installation().holdfast("start").orFail();
    assertEquals(server, bed.installation().pid("server"));
    assertTrue(
        bed.installation().holdfast("logs", "agent").orFail().output().contains("listens on"));
  }

  /** In the shared bed it has had a dedup pool too, whose index has caches of its own. */
  @Test
  @Tag("AGT-05")
  void theAgentStaysSmall(Bed bed) {
    assertTrue(bed.agentResidentKib() < AGENT_LIMIT_KIB, bed.agentResidentKib() + " KiB");
  }

  @Test
  @Tag("RES-07")
  void noSecretIsInTheLogs(Bed bed) throws Exception {
    for (String role : new String[] {"server", "agent"}) {
      String log = Files.readString(bed.installation().state().resolve("log/" + role + ".out"));
      assertFalse(
          log.contains(io.holdfast.system.bed.SimulatedCas.PASSWORD),
          role + " logged the platform's password");
      assertFalse(log.contains(Bed.PASSWORD), role + " logged a user's password");
      assertFalse(log.contains(bed.initialPassword()), role + " logged the first password");
    }
  }

  @Test
  void aTakenPortAndAStrangeCommandEndInOneSentence() throws Exception {
    Path state = Files.createTempDirectory("hf launcher");
    Installation installation = new Installation(Bed.ROOT, state, Map.of());
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.createDirectories(state.resolve("run"));
      Files.writeString(state.resolve("run/https.port"), Integer.toString(taken.getLocalPort()));
      Installation.Outcome start = installation.holdfast("start");
      assertEquals(1, start.exitCode());
      assertTrue(
          start.output().contains("port " + taken.getLocalPort() + " (https) is taken"),
          start.output());
    }
    Installation.Outcome unknown = installation.holdfast("strat");
    assertEquals(1, unknown.exitCode());
    assertTrue(unknown.output().contains("unknown command: strat"), unknown.output());
    assertEquals(0, installation.holdfast("stop").exitCode());
    Bed.deleteRecursively(state);
  }
}
