package io.holdfast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class IntegerSettingTest {
  private static final IntegerSetting SETTING = new IntegerSetting("HOLDFAST_NO_SUCH", 8, 1, 64);

  @Test
  void whatLiesInTheRangeCounts() {
    assertEquals(1, SETTING.of("1"));
    assertEquals(64, SETTING.of(" 64 "));
  }

  @Test
  void thePresetCountsOtherwise() {
    for (String text : new String[] {null, "", " ", "0", "65", "-3", "many", "99999999999"}) {
      assertEquals(8, SETTING.of(text), text);
    }
    assertEquals(8, SETTING.value(), "not set");
  }
}
