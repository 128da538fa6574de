package io.holdfast.system.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;

/** Speed limits in a wizard's options. */
final class SpeedSteps {
  private static final String TABLE = "wizard:transferLimit:windows";
  private static final String OVERLAP = "[id=\"wizard:transferLimit:notes\"] .hf-warn-text";

  private SpeedSteps() {}

  /** Adds two windows that overlap, is told so, and takes one out again. */
  static void enter(ConsolePage page) {
    page.find("[id=\"wizard:limits\"] legend").click();
    page.click("wizard:transferLimit:add");
    page.waitFor(TABLE + ":0:rate:number");
    page.fill(TABLE + ":0:rate:number", "64");
    page.fill(TABLE + ":0:from", "09:30");
    page.click("wizard:transferLimit:add");
    page.waitFor(TABLE + ":1:rate:number");
    Locator overlaps = page.find(OVERLAP);
    Waiting.until("the overlap", Duration.ofSeconds(10), overlaps::count, count -> count == 1);
    page.look("wizard-limits-overlap");
    page.click(TABLE + ":1:drop");
    Waiting.until("no overlap", Duration.ofSeconds(10), overlaps::count, count -> count == 0);
    assertEquals("64", page.byId(TABLE + ":0:rate:number").inputValue());
    assertEquals("09:30", page.byId(TABLE + ":0:from").inputValue());
    page.look("wizard-limits");
  }

  /** They stand in the summary. */
  static void read(ConsolePage page) {
    String summary = page.text("wizard:summary");
    assertTrue(
        summary.contains("09:30–18:00") && summary.contains("64 MiB/s"), "limits in " + summary);
  }
}
