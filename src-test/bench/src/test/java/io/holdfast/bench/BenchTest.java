package io.holdfast.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.bench.index.IndexBench;
import io.holdfast.bench.report.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That the benchmark runs, compares what it restored, tells figures and leaves nothing behind. */
class BenchTest {
  private static final long MEMORY_NOT_ENOUGH = Long.MAX_VALUE;

  @Test
  void runsOnASmallImageAndLeavesNothing(@TempDir Path folder) throws IOException {
    BenchOptions options = new BenchOptions();
    CommandLine.populateCommand(
        options, "--folder", folder.toString(), "--size-mib", "64", "--sparse-mib", "512");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Workspace workspace = Workspace.in(options.folder(), options.neededBytes())) {
      new Report(new Bench(options, workspace).run())
          .print(new PrintStream(out, true, StandardCharsets.UTF_8));
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    String last = lines.get(lines.size() - 1);
    assertTrue(last.startsWith("BENCH {"), last);
    JsonNode figures = new ObjectMapper().readTree(last.substring("BENCH ".length()));
    assertTrue(figures.path("restored_equal").asBoolean(), last);
    for (String operation :
        List.of("full", "again", "changed", "restore", "verify", "incompressible")) {
      assertTrue(figures.path("seconds").path(operation + ".ours").asDouble() > 0, operation);
    }
    assertTrue(figures.path("seconds").has("cbt_changed.ours"), last);
    assertTrue(figures.path("full_vs_ceiling").asDouble() > 0, last);
    assertEquals(Shell.has("restic"), figures.has("full_vs_restic"), last);
    assertEquals(Shell.has("borg"), figures.has("full_vs_borg"), last);
    assertTrue(figures.path("stored_bytes").path("full.ours").asLong() > 1 << 20, last);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  @Tag("POOL-02")
  void measuresAnIndexWhoseEveryEntryIsFound(@TempDir Path folder) throws IOException {
    StringWriter out = new StringWriter();
    int code =
        new CommandLine(new IndexBench())
            .setOut(new PrintWriter(out))
            .execute("--entries", "20050", "--lookups", "6400", "--folder", folder.toString());
    String last = out.toString().lines().reduce((one, other) -> other).orElseThrow();
    assertEquals(0, code, out.toString());
    JsonNode figures = new ObjectMapper().readTree(last.substring("BENCH ".length()));
    assertEquals(20_050, figures.path("index_entries").asLong());
    assertTrue(figures.path("index_present_per_second").asDouble() > 0, last);
  }

  @Test
  void saysBeforeItBeginsThatTheFolderIsTooSmall(@TempDir Path folder) throws IOException {
    IllegalStateException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            IllegalStateException.class, () -> Workspace.in(folder, MEMORY_NOT_ENOUGH));
    assertTrue(refused.getMessage().contains(folder.toString()), refused.getMessage());
    try (Stream<Path> left = Files.list(folder)) {
      assertFalse(left.findAny().isPresent());
    }
  }
}
