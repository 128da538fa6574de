package io.holdfast.server.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformKind;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class KindOptionsTest {
  private static final BackupOptionsConverter CONVERTER = new BackupOptionsConverter();
  private static final KindOptions CLOUD = KindOptions.of(PlatformKind.HIKVISION_EDGE_CLOUD);

  @Test
  void everyKindIsDescribedAndTakesWhatItStartsWith() {
    for (PlatformKind kind : PlatformKind.values()) {
      KindOptions options = KindOptions.of(kind);
      assertDoesNotThrow(() -> options.check(options.preset()));
      Map<String, String> names = values(options.preset());
      options.absent().forEach(name -> assertTrue(names.containsKey(name), name));
    }
  }

  @Test
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  @Tag("OPT-14")
  @Tag("OPT-15")
  void edgeCloudStartsWithWhatItsGuideSays() {
    assertEquals(new Parallelism(2, 5, 2, 2), CLOUD.preset().parallelism());
    assertEquals(15, CLOUD.preset().handling().retries().platformRequests());
    assertEquals(3, CLOUD.preset().handling().retries().times());
    assertTrue(CLOUD.preset().reading().enableTracking(), "the latest snapshot is kept");
    assertEquals(4 << 20, CLOUD.preset().dataPlane().bufferBytes(), "an object of an image");
  }

  @Test
  @Tag("HIK-03")
  void whatEdgeCloudDoesNotHaveIsRefusedByName() {
    for (String[] each :
        new String[][] {
          {"snapshotType", "EXTERNAL"},
          {"dataPlane", "NBD"},
          {"bufferBytes", "65536"},
          {"connectTimeoutSeconds", "60"},
          {"sdkLogLevel", "error"},
          {"preferredNetwork", "STORAGE"},
          {"untracked", "SKIP_AND_ALARM"},
          {"shutDown", "true"},
          {"shutdownSeconds", "60"}
        }) {
      BackupOptions wanted = with(each[0], each[1]);
      BackupException refused = assertThrows(BackupException.class, () -> CLOUD.check(wanted));
      assertEquals(ErrorCode.INVALID_VALUE, refused.code());
      assertEquals(each[0], refused.parameters().get("field"));
      assertFalse(CLOUD.has(each[0]));
      assertDoesNotThrow(() -> KindOptions.of(PlatformKind.H3C_CAS).check(wanted));
    }
    assertEquals(9, CLOUD.absent().size(), "each is tried above");
  }

  @Test
  void whatEdgeCloudHasIsTaken() {
    for (String[] each :
        new String[][] {
          {"enableTracking", "false"},
          {"guestFreeze", "REQUIRED"},
          {"validDataOnly", "false"},
          {"platformRetries", "0"},
          {"reservePercent", "20"}
        }) {
      assertDoesNotThrow(() -> CLOUD.check(with(each[0], each[1])));
    }
  }

  private static BackupOptions with(String name, String value) {
    Map<String, String> values = new TreeMap<>(values(CLOUD.preset()));
    values.put(name, value);
    return CONVERTER.convertToEntityAttribute(NamedValues.write(values));
  }

  private static Map<String, String> values(BackupOptions options) {
    return NamedValues.read(CONVERTER.convertToDatabaseColumn(options));
  }
}
