package io.holdfast.system.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Kills server or agent at random moments of a run, with no chance to tidy up, and starts them
 * again as an operator would. Which and when comes from the seed; what is hit then depends on the
 * machine.
 */
public final class RandomKills {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final List<String> ROLES = List.of("server", "agent");

  private final Installation installation;
  private final Operator operator;
  private final Random random;
  private final Consumer<String> say;
  private int count;

  /**
   * @param random what decides
   * @param say is told of every kill
   */
  public RandomKills(
      Installation installation, Operator operator, Random random, Consumer<String> say) {
    this.installation = installation;
    this.operator = operator;
    this.random = random;
    this.say = say;
  }

  /** Kills so far. */
  public int count() {
    return count;
  }

  /**
   * Kills during a run, as often as asked while it has not ended, and waits for its end.
   *
   * @param kills at most
   * @param most the longest time before a kill
   * @return the run as it ended, whatever its state
   */
  public JsonNode during(String runId, int kills, Duration most) {
    for (int i = 0; i < kills; i++) {
      pause(random.nextLong(most.toMillis()));
      JsonNode run = operator.api().get("/runs/" + runId);
      if (Operator.hasEnded(run)) {
        return run;
      }
      kill(run);
    }
    return operator.ended(runId);
  }

  private void kill(JsonNode run) {
    String role = ROLES.get(random.nextInt(ROLES.size()));
    say.accept(
        "  kill -9 "
            + role
            + " at "
            + run.path("percent").asInt()
            + " % ("
            + run.path("vms").path(0).path("state").asText("no VM yet")
            + ")");
    installation.kill(role);
    count++;
    pause(random.nextLong(2000));
    installation.holdfast("start").orFail();
    Waiting.until(
        "REST after the kill",
        LIMIT,
        () -> operator.api().get("/agents"),
        agents -> agents.size() > 0);
    var unused = operator.onlineAgent(LIMIT);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
