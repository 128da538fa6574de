package io.holdfast.web.console.login;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CON-01")
class IdleLimitTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  void aSessionEndsWhenNobodyHasDoneAnythingForItsLimit() {
    long before = NOW.minusSeconds(1800).toEpochMilli();
    assertFalse(IdleLimit.isOver(before, NOW, 1800));
    assertTrue(IdleLimit.isOver(before, NOW.plusMillis(1), 1800));
  }

  @Test
  void noLimitIsForEver() {
    assertFalse(IdleLimit.isOver(0, NOW, 0));
    assertFalse(IdleLimit.isOver(0, NOW, -1));
  }
}
