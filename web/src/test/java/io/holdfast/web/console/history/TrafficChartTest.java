package io.holdfast.web.console.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-03")
class TrafficChartTest {
  @Test
  void oneUnitFitsTheHighestPoint() {
    assertEquals(0, TrafficChart.unit(0));
    assertEquals(0, TrafficChart.unit(1023));
    assertEquals(1, TrafficChart.unit(1024));
    assertEquals(2, TrafficChart.unit(150L << 20));
    assertEquals(4, TrafficChart.unit(Long.MAX_VALUE), "nothing above TiB/s");
  }

  @Test
  void speedsAreGivenInThatUnit() {
    assertEquals("1.50", TrafficChart.scaled((3 << 20) / 2, 2).toString());
    assertEquals("0.01", TrafficChart.scaled(10 << 10, 2).toString());
  }
}
