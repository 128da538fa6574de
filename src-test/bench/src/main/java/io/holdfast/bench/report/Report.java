package io.holdfast.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Tells results: a table for people, one line {@code BENCH {…}} for programs. */
public final class Report {
  private static final List<String> WHO =
      List.of("ours", "restic", "borg", "qemu-img", "qemu-img-zstd", "ceiling");

  /**
   * A ratio worth naming.
   *
   * @param name in the JSON
   * @param ours our operation
   * @param theirs the other's operation
   * @param whose the other
   */
  private record Ratio(String name, String ours, String theirs, String whose) {}

  private static final List<Ratio> RATIOS =
      List.of(
          new Ratio("full_vs_restic", "full", "full", "restic"),
          new Ratio("full_vs_borg", "full", "full", "borg"),
          new Ratio("full_vs_qemu", "full", "full", "qemu-img"),
          new Ratio("full_vs_qemu_zstd", "full", "full", "qemu-img-zstd"),
          new Ratio("full_vs_ceiling", "full", "ceiling", "ceiling"),
          new Ratio("net_vs_local", "full_net", "full", "ours"),
          new Ratio("net_again_vs_local", "again_net", "again", "ours"),
          new Ratio("net_restore_vs_local", "restore_net", "restore", "ours"),
          new Ratio("full_enc_vs_restic", "full_enc", "full", "restic"),
          new Ratio("full_zstd_vs_restic", "full_zstd", "full", "restic"),
          new Ratio("incompressible_vs_restic", "incompressible", "incompressible", "restic"),
          new Ratio("incompressible_vs_borg", "incompressible", "incompressible", "borg"),
          new Ratio("again_vs_restic", "again", "again", "restic"),
          new Ratio("again_vs_borg", "again", "again", "borg"),
          new Ratio("changed_vs_restic", "changed", "changed", "restic"),
          new Ratio("changed_vs_borg", "changed", "changed", "borg"),
          new Ratio("restore_vs_restic", "restore", "restore", "restic"),
          new Ratio("restore_vs_borg", "restore", "restore", "borg"),
          new Ratio("restore_vs_qemu_convert", "restore", "restore", "qemu-img"),
          new Ratio("restore_vs_qemu_convert_zstd", "restore", "restore", "qemu-img-zstd"),
          new Ratio("restore_durable_vs_restic", "restore", "restore_durable", "restic"),
          new Ratio("restore_durable_vs_borg", "restore", "restore_durable", "borg"),
          new Ratio("restore_durable_vs_qemu_convert", "restore", "restore_durable", "qemu-img"),
          new Ratio("verify_vs_restic", "verify", "verify", "restic"),
          new Ratio("verify_vs_borg", "verify", "verify", "borg"));

  private final Results results;

  public Report(Results results) {
    this.results = results;
  }

  /** Prints the table, then the line. */
  public void print(PrintStream out) {
    table(out);
    out.println("BENCH " + json());
    out.flush();
  }

  private void table(PrintStream out) {
    out.printf(Locale.ROOT, "%-24s", "seconds (cpu)");
    WHO.forEach(who -> out.printf(Locale.ROOT, "%18s", who));
    out.println();
    for (String operation : results.operations()) {
      out.printf(Locale.ROOT, "%-24s", operation);
      for (String who : WHO) {
        OptionalDouble wall = results.seconds(operation, who);
        OptionalDouble cpu = results.cpuSeconds(operation, who);
        out.printf(
            Locale.ROOT,
            "%18s",
            wall.isEmpty()
                ? ""
                : String.format(
                    Locale.ROOT, "%.2f (%.1f)", wall.getAsDouble(), cpu.orElse(Double.NaN)));
      }
      out.println();
      stored(out, operation);
    }
    out.println();
    ratios().forEach((name, value) -> out.printf(Locale.ROOT, "%-32s %6.2f%n", name, value));
    out.println();
  }

  private void stored(PrintStream out, String operation) {
    if (WHO.stream().allMatch(who -> results.stored(operation, who) < 0)) {
      return;
    }
    out.printf(Locale.ROOT, "%-24s", "  stored MiB");
    for (String who : WHO) {
      long bytes = results.stored(operation, who);
      out.printf(Locale.ROOT, "%18s", bytes < 0 ? "" : Long.toString(bytes >> 20));
    }
    out.println();
  }

  private Map<String, Double> ratios() {
    Map<String, Double> all = new LinkedHashMap<>();
    for (Ratio ratio : RATIOS) {
      results
          .ratio(ratio.ours(), ratio.theirs(), ratio.whose())
          .ifPresent(value -> all.put(ratio.name(), rounded(value)));
    }
    return all;
  }

  /** All figures as one JSON object. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>(ratios());
    all.putAll(results.facts());
    Map<String, Object> seconds = new LinkedHashMap<>();
    Map<String, Object> cpu = new LinkedHashMap<>();
    Map<String, Object> stored = new LinkedHashMap<>();
    for (String operation : results.operations()) {
      for (String who : WHO) {
        String name = operation + "." + who;
        results.seconds(operation, who).ifPresent(value -> seconds.put(name, rounded(value)));
        results.cpuSeconds(operation, who).ifPresent(value -> put(cpu, name, value));
        if (results.stored(operation, who) >= 0) {
          stored.put(name, results.stored(operation, who));
        }
      }
    }
    all.put("seconds", seconds);
    all.put("cpu_seconds", cpu);
    all.put("stored_bytes", stored);
    try {
      return new ObjectMapper().writeValueAsString(all);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void put(Map<String, Object> to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, rounded(value));
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
