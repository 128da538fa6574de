package io.holdfast.system.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/**
 * Runs after the launcher has started server and agent: the campaign for as many cases as asked.
 * The seed is printed first; ends with one line {@code CAMPAIGN {…}} and exit code 1 when a case
 * failed.
 */
public final class CampaignMain {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int PRESET_CASES = 1000;

  private CampaignMain() {}

  /**
   * @param arguments the checkout, the state folder, then {@code --seed N} and {@code --cases N}
   */
  public static void main(String[] arguments) throws JsonProcessingException, InterruptedException {
    long seed = new SecureRandom().nextInt(Integer.MAX_VALUE);
    int cases = PRESET_CASES;
    for (int i = 2; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a number");
      }
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
        case "--cases" -> cases = Integer.parseInt(arguments[i + 1]);
        default -> throw new IllegalArgumentException("unknown option: " + arguments[i]);
      }
    }
    System.err.println("campaign --seed " + seed + " --cases " + cases);
    Path root = Path.of(arguments[0]);
    Path state = Path.of(arguments[1]);
    Installation installation = new Installation(root, state, Map.of());
    Operator operator = new Operator(installation.firstLogin("Campaign-" + seed + "-Aa1"));
    String agent = operator.onlineAgent(START_LIMIT);
    String pool = operator.createPool("campaign", agent, state.resolve("pool").toString(), "DEDUP");
    Campaign campaign =
        new Campaign(
            root,
            state.resolve("campaign"),
            operator,
            new Operator.Place("", agent, pool),
            System.err::println);
    Campaign.Result result = campaign.run(seed, cases);
    System.out.println("CAMPAIGN " + new ObjectMapper().writeValueAsString(result));
    System.exit(result.failures().isEmpty() ? 0 : 1);
  }
}
