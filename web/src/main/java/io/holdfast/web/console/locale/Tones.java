package io.holdfast.web.console.locale;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.Map;
import java.util.Set;

/**
 * How a state is shown: good, in need of a look, bad, at work; all others are neutral. Never the
 * only sign, the state's word stands beside it (CON-05). Thread-safe.
 */
@Named("tone")
@ApplicationScoped
public class Tones {
  private static final Map<String, Set<String>> STATES =
      Map.of(
          "hf-good", Set.of("DONE", "ONLINE", "ENABLED", "GOOD"),
          "hf-warn",
              Set.of(
                  "PARTIAL",
                  "OUT_OF_TIME",
                  "INTERRUPTED",
                  "WARNING",
                  "STOPPING",
                  "UNKNOWN",
                  "AGENT_AWAY",
                  "DEGRADED"),
          "hf-bad",
              Set.of("FAILED", "OFFLINE", "ERROR", "NEVER_STARTED", "UNREACHABLE", "CRITICAL"),
          "hf-busy",
              Set.of(
                  "RUNNING",
                  "PREPARING",
                  "BACKING_UP_CONFIGURATION",
                  "QUERYING_CHANGED_DATA",
                  "CHECKING_DATA",
                  "CREATING_TARGET",
                  "VERIFYING",
                  "SEALING"));

  /** The style class of a state. */
  public String of(Enum<?> state) {
    if (state == null) {
      return "";
    }
    return STATES.entrySet().stream()
        .filter(tone -> tone.getValue().contains(state.name()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }
}
