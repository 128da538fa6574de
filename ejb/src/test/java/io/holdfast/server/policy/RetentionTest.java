package io.holdfast.server.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.RetentionRules;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.ZoneId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long restore points stay, as a policy says it. */
@Tag("POOL-09")
class RetentionTest {
  private static final Retention FULL =
      new Retention(RetentionUnit.WEEKS, 64, new Retention.Periods(7, 4, 12, 3), 14);

  @Test
  void itSurvivesItsColumnAndAnEmptyOneKeepsEverything() {
    RetentionConverter converter = new RetentionConverter();
    assertEquals(FULL, converter.convertToEntityAttribute(converter.convertToDatabaseColumn(FULL)));
    assertEquals(Retention.KEEP_ALL, converter.convertToEntityAttribute(""));
    assertTrue(Retention.KEEP_ALL.isIdle());
  }

  @Test
  void theAgentIsToldAllOfIt() {
    RetentionRules told = FULL.toProtocol(ZoneId.of("Asia/Shanghai"));
    assertEquals(
        RetentionRules.newBuilder()
            .setUnit(io.holdfast.agent.protocol.RetentionUnit.RETENTION_UNIT_WEEKS)
            .setKeep(64)
            .setDaily(7)
            .setWeekly(4)
            .setMonthly(12)
            .setYearly(3)
            .setTimeZone("Asia/Shanghai")
            .setImmutableDays(14)
            .build(),
        told);
    for (RetentionUnit unit : RetentionUnit.values()) {
      assertEquals(unit == RetentionUnit.NONE ? 0 : unit.ordinal(), unit.toProtocol().getNumber());
    }
  }

  @Test
  void numbersBeyondTheirRangeAreRefusedByName() {
    Retention.Periods none = new Retention.Periods(0, 0, 0, 0);
    BackupException keep =
        assertThrows(BackupException.class, () -> new Retention(RetentionUnit.DAYS, 65, none, 0));
    assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, keep.code());
    assertEquals("keep", keep.parameters().get("field"));
    assertThrows(BackupException.class, () -> new Retention.Periods(0, 0, -1, 0));
    assertThrows(BackupException.class, () -> new Retention(RetentionUnit.DAYS, 0, none, 3651));
  }
}
