package io.holdfast.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Measurements of a run: seconds by what was done and who did it. Not thread-safe. */
public final class Results {
  private final Map<String, Map<String, List<Double>>> seconds = new LinkedHashMap<>();
  private final Map<String, Map<String, List<Double>>> cpuSeconds = new LinkedHashMap<>();
  private final Map<String, Map<String, Long>> stored = new LinkedHashMap<>();
  private final Map<String, Object> facts = new LinkedHashMap<>();

  /** Adds one measurement. */
  public void add(String operation, String who, double wall, double cpu) {
    add(seconds, operation, who, wall);
    add(cpuSeconds, operation, who, cpu);
  }

  private static void add(
      Map<String, Map<String, List<Double>>> to, String operation, String who, double value) {
    to.computeIfAbsent(operation, key -> new LinkedHashMap<>())
        .computeIfAbsent(who, key -> new ArrayList<>())
        .add(value);
  }

  /** Bytes that the repository takes after an operation. */
  public void stored(String operation, String who, long bytes) {
    stored.computeIfAbsent(operation, key -> new LinkedHashMap<>()).put(who, bytes);
  }

  /** Anything else worth saying. */
  public void fact(String name, Object value) {
    facts.put(name, value);
  }

  public Map<String, Object> facts() {
    return facts;
  }

  /** What was done, in the order it was first done. */
  public List<String> operations() {
    return List.copyOf(seconds.keySet());
  }

  /** Median of an operation's seconds. */
  public OptionalDouble seconds(String operation, String who) {
    return median(seconds, operation, who);
  }

  /** Median of an operation's processor seconds. */
  public OptionalDouble cpuSeconds(String operation, String who) {
    return median(cpuSeconds, operation, who);
  }

  private static OptionalDouble median(
      Map<String, Map<String, List<Double>>> from, String operation, String who) {
    List<Double> sorted =
        from.getOrDefault(operation, Map.of()).getOrDefault(who, List.of()).stream()
            .sorted()
            .toList();
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    int middle = sorted.size() / 2;
    double upper = sorted.get(middle);
    return OptionalDouble.of(sorted.size() % 2 == 1 ? upper : (sorted.get(middle - 1) + upper) / 2);
  }

  /** Bytes stored, or -1. */
  public long stored(String operation, String who) {
    return stored.getOrDefault(operation, Map.of()).getOrDefault(who, -1L);
  }

  /** How many times faster than somebody we were; absent when one of the two was not measured. */
  public OptionalDouble ratio(String operation, String theirs, String whose) {
    OptionalDouble our = seconds(operation, "ours");
    OptionalDouble other = seconds(theirs, whose);
    return our.isPresent() && other.isPresent()
        ? OptionalDouble.of(other.getAsDouble() / our.getAsDouble())
        : OptionalDouble.empty();
  }
}
