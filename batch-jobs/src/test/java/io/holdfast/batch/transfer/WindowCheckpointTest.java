package io.holdfast.batch.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("OPT-10")
class WindowCheckpointTest {
  private Instant now = Instant.EPOCH;
  private final WindowCheckpoint window =
      new WindowCheckpoint(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  @Test
  void aWindowEndsWithItsSixteenthExtent() {
    for (int i = 0; i < 2; i++) {
      window.beginCheckpoint();
      for (int extent = 1; extent < WindowCheckpoint.EXTENTS; extent++) {
        assertFalse(window.isReadyToCheckpoint());
      }
      assertTrue(window.isReadyToCheckpoint());
      window.endCheckpoint();
    }
  }

  @Test
  void aSlowWindowEndsAfterSomeSeconds() {
    window.beginCheckpoint();
    now = now.plus(WindowCheckpoint.LONGEST).minusMillis(1);
    assertFalse(window.isReadyToCheckpoint());
    now = now.plusMillis(1);
    assertTrue(window.isReadyToCheckpoint());
    window.beginCheckpoint();
    assertFalse(window.isReadyToCheckpoint());
  }
}
